"""The columns of the evidence that scoring looks at, by table: as they are delivered, and as reading stores them."""

from __future__ import annotations

NEEDED = {
    "cadres": ["cadre_id", "unit", "cadre_type", "in_organ", "post_start", "post_end", "points"],
    "youths": ["cadre_id", "registered_on", "mobile_login"],
    "logs": ["log_id", "cadre_id", "date", "kind", "channel", "participants", "text"],
    "practice_guidance": ["cadre_id", "date", "level", "activity"],
    "organ_activities": ["unit", "date", "kind"],
    "submissions": ["unit", "quarter", "submitted_on"],
    "mechanisms": ["unit", "element", "state", "checked_on"],
    "spot_checks": ["check_id", "log_id", "cadre_id", "checked_on", "outcome", "coerced"],
    "exemplars": ["unit", "recognised_on"],
}
STORED = NEEDED | {"logs": [*NEEDED["logs"][:-1], "text_hash", "text_length"]}
