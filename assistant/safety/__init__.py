"""Red flags: rules a clinician can read, and their detector. Plain Python, no Rasa import."""
