"""The demo's places in, what its watch list asks for there out: an entry for each act and more."""

from typing import Any

MERGE_S = 20
"""Long enough for two cameras to agree, short enough for the next loop to be another alert."""

FORCED_WITHIN_S = 50
"""Shorter than the two minutes that a real site would take, since in two the film comes again."""

RISES_AFTER_S = 30
"""In which somebody takes an intrusion on, or it rises."""


def of_story() -> list[dict[str, Any]]:
    """What is asked for in the town; the first entry that covers an event is its entry."""
    return [
        _break_in(),
        _intrusion_at_the_yard(),
        _forced(),
        _tailgating(),
        _help_point(),
        *_rest(),
    ]


def of_place(place: str) -> list[dict[str, Any]]:
    """What is asked for at a camera of whoever runs the demo."""
    return [
        {
            "place": place, "rule": "intrusion", "class": "person", "merge_s": MERGE_S,
            "steps": [
                "Look at the redacted picture and at the cameras of this place",
                "Call the guard on duty at this place",
                "Send a patrol when nobody answers within a minute",
            ],
        },
        _covered(place),
    ]  # fmt: skip


def _break_in() -> dict[str, Any]:
    return {
        "id": "break-in", "name": "Door forced, then somebody inside", "place": "court",
        "scope": "one-place",
        "then": [
            {"rule": "door-forced"},
            {"rule": "intrusion", "class": "person", "within_s": FORCED_WITHIN_S},
        ],
        "grade": 1, "merge_s": MERGE_S, "tell": ["gatehouse", "control"],
        "steps": [
            "Look at both cameras of the yard",
            "Send two patrols, one to each side of the depot",
            "Call the gatehouse: nobody goes in alone",
        ],
    }  # fmt: skip


def _intrusion_at_the_yard() -> dict[str, Any]:
    return {
        "id": "intrusion", "name": "Somebody in the depot yard", "place": "yard",
        "rule": "intrusion", "class": "person", "grade": 2, "merge_s": MERGE_S,
        "tell": ["gatehouse"], "acknowledge_within_s": RISES_AFTER_S,
        "steps": [
            "Look at the redacted picture and at both cameras of the yard",
            "Call the gatehouse",
            "Send a patrol when nobody answers within a minute",
        ],
    }  # fmt: skip


def _forced() -> dict[str, Any]:
    return {
        "id": "forced", "name": "Door forced", "place": "court", "rule": "door-forced",
        "grade": 2, "merge_s": MERGE_S, "tell": ["gatehouse"],
        "steps": ["Look at the cameras that are nearest to the door", "Call the gatehouse"],
    }  # fmt: skip


def _tailgating() -> dict[str, Any]:
    return {
        "id": "tailgating", "name": "Through the smart door without a badge", "place": "hall",
        "unbadged": {"door": "smart-door", "camera": "hall-door", "line": "sill"},
        "merge_s": MERGE_S, "tell": ["warden"],
        "steps": [
            "Look at the picture: how many went in, how many badges were there",
            "Ask the warden on duty to greet them at the door",
        ],
    }  # fmt: skip


def _help_point() -> dict[str, Any]:
    return {
        "id": "help", "name": "Help point pressed", "place": "riverside", "rule": "help-point",
        "merge_s": MERGE_S, "tell": ["warden", "control"],
        "steps": [
            "Speak to whoever pressed it",
            "Look at the nearest cameras",
            "Send the nearest patrol",
        ],
    }  # fmt: skip


def _rest() -> list[dict[str, Any]]:
    """Nobody should be in the lane or at the gate, and no camera may be covered anywhere."""
    return [*of_place("lane")[:1], *of_place("gate")[:1], _covered("donghu")]


def _covered(place: str) -> dict[str, Any]:
    return {
        "place": place, "rule": "camera-blind", "grade": 3, "merge_s": MERGE_S,
        "steps": [
            "Look at the other cameras of this place",
            "Ask the guard to see what covers the camera",
        ],
    }  # fmt: skip
