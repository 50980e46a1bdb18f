"""The emoji that have a picture here. Slack knows many more; the others keep their names."""

import re
from collections.abc import Mapping

EMOJI: Mapping[str, str] = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "arrow_up": "⬆️",
    "arrows_counterclockwise": "🔄",
    "bar_chart": "📊",
    "bell": "🔔",
    "books": "📚",
    "brain": "🧠",
    "bug": "🐛",
    "bulb": "💡",
    "bus": "🚌",
    "calendar": "📅",
    "chart_with_upwards_trend": "📈",
    "clap": "👏",
    "clipboard": "📋",
    "clock1": "🕐",
    "coffee": "☕",
    "compass": "🧭",
    "computer": "💻",
    "dart": "🎯",
    "date": "📅",
    "exclamation": "❗",
    "eyes": "👀",
    "face_with_thermometer": "🤒",
    "fast_forward": "⏩",
    "fire": "🔥",
    "floppy_disk": "💾",
    "gear": "⚙️",
    "hammer_and_wrench": "🛠️",
    "headphones": "🎧",
    "heart": "❤️",
    "heavy_check_mark": "✔️",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "house": "🏠",
    "house_with_garden": "🏡",
    "information_source": "ℹ️",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "no_bell": "🔕",
    "no_entry": "⛔",
    "palm_tree": "🌴",
    "pause_button": "⏸️",
    "pencil": "📝",
    "pencil2": "✏️",
    "pray": "🙏",
    "pushpin": "📌",
    "question": "❓",
    "raised_hands": "🙌",
    "robot_face": "🤖",
    "rocket": "🚀",
    "seedling": "🌱",
    "sleeping": "😴",
    "smile": "😄",
    "sparkles": "✨",
    "speech_balloon": "💬",
    "spiral_calendar_pad": "🗓️",
    "sun_with_face": "🌞",
    "sunrise": "🌅",
    "tada": "🎉",
    "thinking_face": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wastebasket": "🗑️",
    "wave": "👋",
    "white_check_mark": "✅",
    "wrench": "🔧",
    "x": "❌",
    "zap": "⚡",
    "zzz": "💤",
}
OFFERED = ("+1", "white_check_mark", "eyes", "tada", "heart", "raised_hands", "rocket", "x")
"""What the page offers for a reaction."""
_NAME = re.compile(r":([a-z0-9_+-]+):")


def picture(name: str) -> str:
    """An emoji by its name, with colons or without; its name in colons if it has no picture."""
    name = name.strip(":")
    return EMOJI.get(name, f":{name}:") if name else ""


def with_pictures(text: str) -> str:
    """Plain text, in which Slack shows names in colons as emoji too."""
    return _NAME.sub(lambda match: EMOJI.get(match[1], match[0]), text)
