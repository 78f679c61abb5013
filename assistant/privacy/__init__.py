"""Patients' own details: found and taken out of what is stored. Plain Python, no Rasa import."""
