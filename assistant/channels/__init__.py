"""Ways in and out for messages: the website and the messaging platforms."""
