"""Traffic: clients that load the API and write down what they sent and saw. HTTP only."""
