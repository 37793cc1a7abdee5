"""What Lambda invokes: thin edges that know the shape of an AWS event."""
