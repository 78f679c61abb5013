"""What a patient means: tokens, conditions, embedding, topic. Plain Python, no Rasa import."""
