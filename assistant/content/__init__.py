"""What the assistant says: clinic facts, answers, sources. Plain Python, no Rasa import; `actions` may import it."""
