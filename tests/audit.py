"""Holds the known faults of the locked packages against those that are accepted (`make audit`)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from assistant import paths
from assistant.content.faults import ContentError, read_yaml

ACCEPTED = paths.ROOT / "requirements" / "accepted.yml"
LOCKS = [paths.ROOT / "requirements" / name for name in ("runtime.txt", "encoder.txt")]
PIP_AUDIT = paths.ROOT / "build" / "audit" / "bin" / "pip-audit"
SERVICES = ("pypi", "osv")  # pip-audit's names of the databases it knows; one that answers is enough
KEYS = {"id", "package", "about", "shield", "until"}
UNEXPLAINED, UNKNOWN = 1, 3  # exit codes: something is to be done; no database could be reached


class Finding(NamedTuple):
    """A known fault of a package; `ids` are all the names it goes by."""

    package: str
    ids: frozenset[str]
    fixed_in: str


def locked(locks: list[Path] = LOCKS) -> dict[str, str]:
    """Name and version of every locked package."""
    return dict(
        re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", "\n".join(lock.read_text(encoding="utf-8") for lock in locks), re.MULTILINE)
    )


def findings_in(report: dict[str, Any], wanted: dict[str, str]) -> list[Finding] | None:
    """The faults that pip-audit reports, or None where it could not ask about every package.

    It says "no known vulnerabilities found" and ends well even where the database knew no package at all; those stand in the report as
    skipped, or are missing.
    """
    asked = {_canonical(package["name"]): package for package in report["dependencies"] if "skip_reason" not in package}
    if any(_canonical(name) not in asked or asked[_canonical(name)]["version"] != version for name, version in wanted.items()):
        return None
    return [
        Finding(
            f"{name}=={package['version']}", frozenset([fault["id"], *fault.get("aliases", [])]), ", ".join(fault.get("fix_versions", []))
        )
        for name, package in asked.items()
        for fault in package.get("vulns", [])
    ]


def accepted_in(path: Path) -> list[dict[str, Any]]:
    """The accepted faults.

    Raises:
        ContentError: where an entry lacks something.
    """
    entries = read_yaml(path).get("accepted")
    if not isinstance(entries, list):
        raise ContentError([f"{path.name}: 'accepted' is {entries!r}; expected a list."])
    faults = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or set(entry) != KEYS or not all(entry.values()):
            faults.append(f"{path.name}: entry {number} is not whole; expected {', '.join(sorted(KEYS))}.")
        elif type(entry["until"]) is not date:
            faults.append(f"{path.name}: {entry['id']}: 'until' is {entry['until']!r}; expected a date such as 2027-05-31.")
    if faults:
        raise ContentError(faults)
    return entries


def overdue(accepted: list[dict[str, Any]], wanted: dict[str, str], today: date) -> list[str]:
    """What is wrong with the accepted faults themselves, whatever a database says."""
    packages = {f"{_canonical(name)}=={version}" for name, version in wanted.items()}
    faults = [f"{entry['id']} was accepted until {entry['until']}; look at it again." for entry in accepted if entry["until"] < today]
    return faults + [
        f"{entry['id']} is of {entry['package']}, which is not locked." for entry in accepted if entry["package"] not in packages
    ]


def unexplained(findings: list[Finding], accepted: list[dict[str, Any]]) -> list[str]:
    """Faults that nobody accepted, and accepted ones that are no longer there."""
    known = {(entry["package"], entry["id"]) for entry in accepted}
    faults = [
        f"{min(finding.ids)} of {finding.package} is not accepted (mended in: {finding.fixed_in or 'no version'})."
        for finding in findings
        if not any((finding.package, name) in known for name in finding.ids)
    ]
    found = {(finding.package, name) for finding in findings for name in finding.ids}
    return faults + [f"{name} of {package} is accepted and no longer found; take it out." for package, name in sorted(known - found)]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def ask(service: str) -> dict[str, Any] | None:
    """What pip-audit reports, or None where the database cannot be reached."""
    report = paths.ROOT / "build" / f"audit-{service}.json"
    report.unlink(missing_ok=True)
    files = [argument for lock in LOCKS for argument in ("--requirement", str(lock))]
    command = [str(PIP_AUDIT), *files, "--no-deps", "--disable-pip", "--vulnerability-service", service]
    subprocess.run([*command, "--format", "json", "--progress-spinner", "off", "--output", str(report)], capture_output=True, timeout=600)
    return json.loads(report.read_text(encoding="utf-8")) if report.is_file() else None


def main() -> None:
    """Command line of `make audit`."""
    wanted = locked()
    try:
        accepted = accepted_in(ACCEPTED)
    except ContentError as error:
        sys.exit(str(error))
    faults = overdue(accepted, wanted, date.today())
    answers = (findings_in(report, wanted) for service in SERVICES if (report := ask(service)))
    findings = next((answer for answer in answers if answer is not None), None)
    faults += unexplained(findings, accepted) if findings is not None else []
    print("\n".join([*faults, *(f"Accepted: {entry['id']} of {entry['package']}. {entry['shield']}" for entry in accepted)]))
    if findings is None:
        print(f"No database of known faults could be asked about all of the {len(wanted)} packages: whether they have others is NOT known.")
    else:
        print(f"{len(wanted)} packages, {len(findings)} known faults, {len(faults)} to see to.")
    sys.exit(UNEXPLAINED if faults else UNKNOWN if findings is None else 0)


if __name__ == "__main__":
    main()
