"""Where things are. Environment variables move what an operator may want elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
SOURCES = ROOT / "docs" / "sources.md"
ENCODER = Path(os.environ.get("NEEDLING_ENCODER", ROOT / "build" / "encoder"))
TUNING = DATA / "encoder.npz"  # what scripts/tune-encoder learned; without it the encoder is used as it was published
CLINIC = Path(os.environ.get("NEEDLING_CLINIC", ROOT / "clinic.yml"))
MODELS = Path(os.environ.get("NEEDLING_MODELS", ROOT / "models"))
STATE = Path(os.environ.get("NEEDLING_STATE", ROOT / "build" / "state"))  # what must outlive the process: feedback
CREDENTIALS = Path(os.environ.get("NEEDLING_CREDENTIALS", ROOT / "credentials.yml"))
