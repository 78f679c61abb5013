"""`python -m actions`: the action server, reachable from this machine only."""

from __future__ import annotations

from rasa_sdk.endpoint import create_app

HOST, PORT = "127.0.0.1", 5055  # as in endpoints.yml


if __name__ == "__main__":
    create_app("actions").run(host=HOST, port=PORT, access_log=False)
