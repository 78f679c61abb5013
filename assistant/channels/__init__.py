"""Ways in and out for messages: the website and the REST channel."""
