"""`python -m actions`: the action server, reachable from this machine only unless ACTIONS_HOST says otherwise."""

from __future__ import annotations

from rasa_sdk.endpoint import create_app

from assistant.ready import address

if __name__ == "__main__":
    host, port = address("ACTIONS_HOST", "ACTIONS_PORT", "5055")  # as in endpoints.yml
    create_app("actions").run(host=host, port=port, access_log=False)
