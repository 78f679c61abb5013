"""Many patients for minutes, and what that costs: `make soak`."""
