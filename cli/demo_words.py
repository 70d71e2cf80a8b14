"""The texts of the demo."""

from __future__ import annotations

DEMO_TEXTS: dict[str, tuple[str, str]] = {
    "help:demo": (
        "生成参照城市，排班、核验、写出工作簿，并在本机启动服务，给出各类用户的演示账号",
        "make the reference city, solve it, verify it, write the workbook, and serve it on this machine with "
        "log-ins for each kind of user",
    ),
    "help:demo-week": (
        "哪一周（默认最近一个完整的上学周）",
        "which week (by default the coming one of five school days)",
    ),
    "help:demo-port": (
        "服务的端口（默认 8000，被占用时另选一个）",
        "the service's port (by default 8000, or another where that is taken)",
    ),
    "help:fresh": ("不用上次的演示数据，重新生成", "make it anew instead of using what the last demo left"),
    "help:no-serve": ("只写出文件，不启动服务", "write the files and don't start the service"),
    "demo": ("打开 {path} 查看排班表", "Open {path} to see the roster"),
    "demo-importing": ("把城市导入服务 …", "bringing the city into the service …"),
    "demo-publishing": ("建立并发布这一周的方案 …", "making the week's plan and publishing it …"),
    "demo-reused": (
        "沿用上次的演示数据：{schools} 所学校，{week} 起的一周，已发布（{path}；--fresh 重新生成）",
        "taking up what the last demo left: {schools} schools, the week of {week}, published ({path}; "
        "--fresh makes it anew)",
    ),
    "demo-over": (
        "沿用上次的演示数据：{schools} 所学校，{week} 起的一周，现已过去（{path}；--fresh 生成新的一周）",
        "taking up what the last demo left: {schools} schools, the week of {week}, which is over ({path}; "
        "--fresh makes the coming one)",
    ),
    "demo-strange": (
        "{path} 里有不是演示留下的内容，不会改动：请用 -o 给出别的文件夹",
        "there is something in {path} that no demo has left; it stays as it is: give another folder with -o",
    ),
    "column:demo-kind": ("身份", "Who"),
    "column:demo-place": ("范围", "Where, or which person"),
    "column:demo-login": ("用户名", "Login"),
    "column:demo-password": ("密码", "Password"),
    "demo-kind:dispatcher": ("勤务调度", "Dispatcher"),
    "demo-kind:district": ("区勤务调度", "District dispatcher"),
    "demo-kind:school": ("学校管理员", "School admin"),
    "demo-kind:auditor": ("审计员", "Auditor"),
    "demo-kind:staff": ("队员：教职员工", "Member: staff"),
    "demo-kind:resident_officer": ("队员：驻校民警", "Member: resident officer"),
    "demo-kind:volunteer": ("队员：志愿者", "Member: volunteer"),
    "demo-everywhere": ("全市", "the whole city"),
    "demo-served": (
        "护学正在 {url} 提供服务，打开后不用密码就能以各类用户试用；"
        "接口文档在 {docs}（只限本机；密码每次启动都是新的；Ctrl+C 停止）",
        "Huxue is at {url}, where each kind of user can be tried without a password; its API's documentation is at "
        "{docs} (for this machine alone; the passwords are new at each start; Ctrl+C stops it)",
    ),
    "demo-ended": (
        "服务已停止；再次运行会沿用这些数据",
        "the service has stopped; run it again to take up where it was",
    ),
}
