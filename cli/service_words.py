"""The texts of the commands that run and keep the service."""

from __future__ import annotations

SERVICE_TEXTS: dict[str, tuple[str, str]] = {
    "help:serve": (
        "启动服务：网页、接口和日历订阅。不需要任何配置；设置见 huxue settings。",
        "Start the service: pages, API and calendars. Nothing has to be configured; see huxue settings.",
    ),
    "help:host": ("监听的地址（默认只有本机）", "the address to listen on (by default this machine alone)"),
    "help:port": ("监听的端口（默认 8000）", "the port to listen on (by default 8000)"),
    "help:processes": ("应答请求的进程数", "how many processes answer requests"),
    "help:db": ("查看或升级数据库的表。", "Look at the database's tables, or upgrade them."),
    "help:db-action": (
        "status：表是否是本程序的版本；upgrade：升级到本程序的版本",
        "status: whether the tables are this program's; upgrade: make them so",
    ),
    "help:backup": (
        "备份正在使用的数据库：一个文件，SQLite 与 PostgreSQL 通用。",
        "Back up a database in use: one file that either SQLite or PostgreSQL takes back.",
    ),
    "help:backup-file": ("备份文件", "the backup"),
    "help:restore": (
        "用备份替换数据库中的全部内容：要么全部完成，要么保持不变。",
        "Replace everything in the database by a backup: all of it, or nothing changes.",
    ),
    "help:replace": ("确认替换已有的内容", "yes, replace what is there"),
    "help:account": (
        "建立账号，或重设密码：给出一次性的邀请链接。第一个账号就这样建立。",
        "Make an account, or reset one: gives a link that works once. This is how the first one is made.",
    ),
    "help:account-action": (
        "create：建立账号；reset：取消密码和全部登录，重新邀请",
        "create: make one; reset: take its password and log-ins away and invite again",
    ),
    "help:login": ("用户名", "the name to log in with"),
    "help:grant": (
        "角色：dispatcher 勤务调度，school_admin 学校管理员，auditor 只读审计",
        "what it may be: a dispatcher, a school's admin, or an auditor, who reads",
    ),
    "help:grant-district": ("只限这个区（默认全市）", "in this district alone (by default the whole city)"),
    "help:grant-site": ("学校管理员的学校", "the admin's school"),
    "help:account-person": ("账号属于人员名单中的谁", "who of the people it is"),
    "help:account-name": ("显示的姓名（默认用户名）", "the name that is shown (by default the login)"),
    "help:ask-password": (
        "直接询问密码，不用链接；输入不是终端时读取一行",
        "ask for a password instead of giving a link; from input that is no terminal, one line is read",
    ),
    "ask-password": ("密码：", "Password: "),
    "ask-again": ("再输一次：", "Again: "),
    "passwords-differ": ("两次输入的密码不同", "the two passwords differ"),
    "account-made": ("已建立账号 {login}", "made the account {login}"),
    "invited": (
        "{login} 请打开 {link} 设置密码（{until} 前有效，只能用一次）",
        "{login}: open {link} to set the password (until {until}, once)",
    ),
    "no-account": ("没有账号 {login}", "there is no account {login}"),
    "account-refused:bad_password": ("密码不够好", "the password isn't good enough"),
    "account-refused:login_taken": ("已有这个用户名", "there is an account of that name already"),
    "account-refused:person_has_account": ("此人已有账号", "the person has an account already"),
    "account-refused:invalid": (
        "没有这个人员、学校或区",
        "there is no such person, school or district",
    ),
    "account-fields": (
        "{field}：不合要求（用户名不含空格；学校管理员须给 --site，其他角色不给）",
        "{field}: not as it must be (a login without spaces; --site for a school's admin and nobody else)",
    ),
    "help:settings": ("列出全部设置、含义和当前值。", "List all settings, what they mean and what they are."),
    "serving": ("护学正在 {url} 提供服务（Ctrl+C 停止）", "Huxue is at {url} (Ctrl+C stops it)"),
    "port-taken": (
        "{host}:{port} 无法使用（{reason}）：请用 --port 换一个端口",
        "{host}:{port} can't be used ({reason}): choose another with --port",
    ),
    "made-tables": ("已建立新数据库 {path}", "made a new database, {path}"),
    "old-tables": (
        "数据库的表不是本程序的版本：请先备份（huxue backup），再运行 huxue db upgrade",
        "the database's tables are of another version: back it up (huxue backup), then run huxue db upgrade",
    ),
    "tables-current": ("数据库的表是本程序的版本", "the database has this program's tables"),
    "upgraded": ("数据库的表已升级", "the database's tables are upgraded"),
    "no-database": ("无法打开数据库：{reason}", "the database can't be opened: {reason}"),
    "backed-up": ("已备份 {rows} 行到 {path}", "backed up {rows} rows to {path}"),
    "restored": ("已从 {at} 的备份恢复 {rows} 行", "restored {rows} rows, as they were at {at}"),
    "not-empty": (
        "数据库里已有内容：先备份（huxue backup），再加 --replace 确认替换",
        "there is something in the database: back it up (huxue backup), then confirm with --replace",
    ),
    "setting": ("设置", "setting"),
    "value": ("当前值", "value"),
    "meaning": ("含义", "what it means"),
    "unset": ("（未设）", "(not set)"),
    "setting:data": ("内置数据库和备份所在的文件夹", "the folder of the embedded database and its backups"),
    "setting:database": (
        "数据库地址，例如 postgresql+psycopg://用户:密码@主机/库名；不设则用内置的 SQLite",
        "the database, such as postgresql+psycopg://user:password@host/name; not set: SQLite in the folder",
    ),
    "setting:host": ("监听的地址", "the address to listen on"),
    "setting:port": ("监听的端口", "the port to listen on"),
    "setting:processes": ("应答请求的进程数", "how many processes answer requests"),
    "setting:public_url": (
        "用户访问的网址，用于邀请链接和日历；不设则取自每次请求",
        "what people type to get here, for links; not set: taken from each request",
    ),
    "setting:secure_cookies": (
        "登录 Cookie 是否只走 https；不设则看网址",
        "whether log-in cookies are for https alone; not set: if the public URL is",
    ),
    "setting:session_hours": ("登录最长保持的小时数", "how many hours a log-in lasts"),
    "setting:session_idle_minutes": (
        "登录多少分钟没有操作就失效",
        "after how many minutes without a request a log-in ends",
    ),
    "setting:login_attempts": (
        "同一用户名在限定时间内允许输错的次数",
        "how many failed log-ins of one name are heard in that time",
    ),
    "setting:login_minutes": ("统计输错次数的时间（分钟）", "that time, in minutes"),
    "setting:invitation_days": ("邀请链接的有效天数", "for how many days an invitation can be used"),
    "setting:oidc_issuer": (
        "OpenID Connect 身份提供方的地址（与其自称完全一致）；不设则只用密码登录",
        "an OpenID Connect provider, exactly as it calls itself; not set: passwords alone",
    ),
    "setting:oidc_client_id": ("本服务在身份提供方的客户端名", "this service's name at the provider"),
    "setting:oidc_client_secret": ("本服务在身份提供方的密钥", "this service's secret at the provider"),
    "setting:oidc_scopes": ("向身份提供方请求的范围", "what the provider is asked for"),
    "setting:oidc_claim": (
        "首次登录时，哪个声明对应账号的用户名",
        "which claim names the login of somebody who comes for the first time",
    ),
    "setting:workers": (
        "每次求解的进程数；不设则每个处理器一个",
        "processes of one run; not set: one a processor",
    ),
    "setting:cluster": (
        "Dask 调度器地址；不设则在本机求解",
        "a Dask scheduler's address; not set: runs solve here",
    ),
    "setting:approval": (
        "方案由谁审核：nobody 不需要，dispatcher 任一市级勤务，another 提交人以外的市级勤务",
        "who approves a plan: nobody, any dispatcher of the city, or another than who submitted it",
    ),
    "setting:swap_closes_minutes": (
        "班次开始前多少分钟起不能再换班",
        "how many minutes before a duty begins it can't be swapped any more",
    ),
    "setting:clearing": (
        "每周何时自动撮合换班意愿，如 FR 18:00（MO–SU）；不设则只由勤务手动进行",
        "when the wishes for swaps are cleared each week, as FR 18:00 (MO to SU); not set: only when pressed",
    ),
    "setting:mail_gateway": (
        "发邮件的 Apprise 地址，不含收件人；不设则不发",
        "how mails are sent: an Apprise URL without recipients; not set: none are",
    ),
    "setting:sms_gateway": (
        "发短信的 Apprise 地址，号码处写 {{phone}}；不设则不发",
        "how text messages are sent: an Apprise URL with {{phone}} in it; not set: none are",
    ),
    "setting:message_schemes": (
        "还可使用哪些 Apprise 地址(群机器人)",
        "which other Apprise addresses are taken: robots of groups",
    ),
    "setting:tomorrow_hour": (
        "从几点起提醒第二天的值守",
        "from which hour on people are told that they are on duty tomorrow",
    ),
    "setting:late_minutes": (
        "上岗时间过后多少分钟仍未到岗算迟到",
        "how many minutes after a duty's begin who hasn't come is late",
    ),
    "setting:check_in_hours": (
        "没有网络时，扫码签到最迟多少小时内送达有效",
        "how many hours later a scan at the gate may be delivered where there is no network",
    ),
    "setting:check_in_secret": (
        "生成签到码的密钥（默认随机生成，存在数据库中）",
        "what the codes at the gates are made with (by default made at random, kept in the database)",
    ),
    "setting:call_out_seconds": (
        "顶岗呼叫每人的答复秒数，超时呼叫下一人",
        "how many seconds somebody who is called out has to answer before the next is asked",
    ),
    "setting:ledger_weeks": ("台账向前累计的周数", "how many weeks before a plan the ledger counts"),
    "setting:history_days": ("规则向前回看的天数", "how many days before a plan its rules look back on"),
    "setting:largest_upload": ("上传文件的最大字节数", "the largest upload, in bytes"),
    "setting:largest_body": ("其他请求内容的最大字节数", "the largest body of other requests, in bytes"),
    "setting:not_found_ms": (
        "回答“没有此项”前至少经过的毫秒数，使所用时间不透露别处有没有",
        "after how many milliseconds at the earliest it is said that something isn't there",
    ),
    "setting:log_format": ("日志形式：json 或 text", "the form of the log: json or text"),
    "setting:log_level": (
        "日志详细程度：info（每次请求一行）或 warning（只记需要查看的）",
        "how much is logged: info (a line for each request) or warning (what somebody should look at)",
    ),
}
