"""What rules with figures ask for and what isn't kept, in Chinese and English."""

from __future__ import annotations

LIMIT_TEXTS: dict[str, tuple[str, str]] = {
    "limit:instead": ("{asked}，而{there}", "{asked}, but {there}"),
    "limit:of": ("（{names}）", " ({names})"),
    "limit:from": ("自 {date} 起", " from {date} on"),
    "limit:per-day": ("每天", "a day"),
    "limit:per-week": ("每周", "a week"),
    "limit:per-horizon": ("整个排班期", "in the whole horizon"),
    "limit:duties-of": ("{count} 个岗", "{count} duties"),
    "limit:minutes-of": ("{count} 分钟", "{count} minutes"),
    "limit:duty_limit": ("{per}最多 {most}", "at most {most} {per}"),
    "limit:consecutive_days-most": ("最多连续上岗 {most} 天", "at most {most} days with a duty in a row"),
    "limit:consecutive_days-least": ("至少连续上岗 {least} 天", "at least {least} days with a duty in a row"),
    "limit:consecutive_days-least-most": (
        "连续上岗 {least} 至 {most} 天",
        "{least} to {most} days with a duty in a row",
    ),
    "limit:days_off": (
        "两段上岗之间至少连休 {least} 天",
        "at least {least} days off in a row between duties",
    ),
    "limit:succession": ("{earlier}次日不排{later}", "no {later} on the day after {earlier}"),
    "limit:weekends": ("最多 {most} 个周末上岗", "duties on at most {most} weekends"),
    "limit:rest": ("隔日两岗之间至少休息 {least} 分钟", "at least {least} minutes of rest between days"),
    "limit:least_minutes": ("整个排班期至少 {least} 分钟", "at least {least} minutes in the whole horizon"),
    "limit:travel": (
        "来得及赶路（时速 {speed} 公里，绕行 {detour}）",
        "time for the way ({speed} km/h, detour {detour})",
    ),
    "limit:duties-found": ("{since}有 {found} 个", "{found}{since}"),
    "limit:minutes-found": ("{since}有 {found} 分钟", "{found} minutes{since}"),
    "limit:consecutive_days-found": ("{since}为 {found} 天", "{found}{since}"),
    "limit:days_off-found": ("{since}只有 {found} 天", "{found}{since}"),
    "limit:weekends-found": ("有 {found} 个", "{found}"),
    "limit:succession-found": (" {date} 上的是{earlier}", "{date} has {earlier}"),
}
