"""The dry-needling assistant: what decides is plain Python here; what touches Rasa is in `components` and `channels`."""
