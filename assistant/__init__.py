"""The dry-needling assistant: what decides is plain Python here; what touches Rasa is in `components` and `channels`."""

from assistant.lean import leave_out

leave_out()
