"""`python -m actions`: the action server, reachable from this machine only unless ACTIONS_HOST says otherwise."""

from __future__ import annotations

from importlib import import_module

from assistant import logs
from assistant.ready import address


def main() -> None:
    """Serve the actions. The log is set up before Rasa's SDK is imported, so that nothing a patient wrote gets into it."""
    logs.configure()
    logs.hide_warnings()
    host, port = address("ACTIONS_HOST", "ACTIONS_PORT", "5055")  # as in endpoints.yml
    import_module("rasa_sdk.endpoint").create_app("actions").run(host=host, port=port, access_log=False)


if __name__ == "__main__":
    main()
