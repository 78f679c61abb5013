"""What patients asked, as one page for the clinic. It reads and counts; nothing is learned or changed by it."""

from assistant.insights.command import main

__all__ = ["main"]
