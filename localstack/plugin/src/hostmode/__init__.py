"""What LocalStack's free edition lacks on a machine without Docker."""
