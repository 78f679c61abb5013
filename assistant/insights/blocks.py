"""A group of unanswered questions as the beginning of a file in data/faq/, which the checks refuse until an editor has finished it."""

from __future__ import annotations

import re

from assistant.insights.groups import Group, bare

MOST_EXAMPLES = 15
LONGEST_EXAMPLE = 160  # characters
# A stand-in such as [name], and what Rasa would read as an entity.
MARKED = re.compile(r"[\[\]{}<>]")

BLOCK = """\
# Save as data/faq/{name}.yml, with a title in data/menu.yml; or move both parts into the file of a section.
# Write what is marked, then run `make check`. How: docs/editing-answers.md
version: "3.1"

nlu:
- intent: faq/{name}  # name the topic as a receptionist would, here and below
  examples: |
{examples}

responses:
  utter_faq/{name}:
  - text: >-
      {{write_the_answer}}
    metadata:
      question: [WRITE_IT]  # the question as it stands on a button
      sources: [[NAME_THEM]]  # one list for each sentence, of ids from docs/sources.md
      reviewed: ""  # the day it was last checked, such as "2026-11-22"
      next: [{following}]
"""


def block(group: Group, known: frozenset[str], topics: set[str]) -> str:
    """The block for a group.

    Args:
        known: what is an example of some topic already, as `bare` has it; an example belongs to one topic only.
        topics: the topics there are.
    """
    following = dict.fromkeys([*(topic for topic, _ in group.nearest if topic in topics), "talk_to_person"])
    lines = [f"    - {example}" for example in examples(group, known)]
    return BLOCK.format(
        name=name(group, topics),
        examples="\n".join(lines or ["    # none of the wordings can be an example as it stands; write some"]),
        following=", ".join(list(following)[:3]),
    )


def examples(group: Group, known: frozenset[str]) -> list[str]:
    """The wordings that can be examples: none that is one already, is long, or has a stand-in for what was taken out.

    A dash, a number sign or a slash at the beginning means something to Rasa, and is left out.
    """
    lines = {bare(line): line for line in (wording.lstrip("-#/ ") for wording in group.wordings) if line and len(line) <= LONGEST_EXAMPLE}
    return [line for key, line in lines.items() if key not in known and not MARKED.search(line)][:MOST_EXAMPLES]


def name(group: Group, topics: set[str]) -> str:
    """A name for the topic until the editor gives it one."""
    made = "_".join(group.words)[:40].strip("_") or "new_topic"
    return f"new_{made}"[:40] if made in topics else made
