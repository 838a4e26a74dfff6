"""The headers and words of ``tables.md``, written down a second time so that a slip on either side shows."""

from __future__ import annotations

# table -> (name, column -> headers, the canonical one first)
HEADERS: dict[str, tuple[str, dict[str, str]]] = {
    "cadres": (
        "团干部名册",
        {
            "cadre_id": "团干部编号 干部编号 账号 用户名",
            "name": "姓名 团干部姓名 干部姓名",
            "unit": "所属县区 县区 单位 所属单位 地区",
            "organisation": "所在团组织 团组织名称 组织全称 组织简称",
            "cadre_type": "干部类别 团干部类型 身份 任职方式",
            "in_organ": "是否领导机关 领导机关 是否机关",
            "post_start": "任职日期 到任时间",
            "post_end": "离任日期 离任时间 免职时间",
            "points": "工作积分 积分 总积分 个人积分",
        },
    ),
    "youths": (
        "联系青年",
        {
            "youth_id": "青年编号 小伙伴编号",
            "cadre_id": "团干部编号 联系团干部编号 所属团干部",
            "industry": "行业 行业标签 所属行业 领域",
            "registered_on": "登记日期 添加时间 录入时间",
            "mobile_login": "是否登录手机端 手机端登录 登录状态",
        },
    ),
    "logs": (
        "工作日志",
        {
            "log_id": "日志编号 编号 记录编号",
            "cadre_id": "团干部编号 填报人编号 账号",
            "date": "活动日期 活动时间 开展时间 日期 联系时间",
            "kind": "活动类别 日志类型 类别 五个一类别",
            "text": "日志内容 内容 活动内容",
            "channel": "填报渠道 来源 渠道",
            "participants": "参与青年数 参加人数 参与人数 参与人次",
            "recorded_on": "填报日期 发布时间 提交时间",
        },
    ),
    "practice_guidance": (
        "教育实践指导",
        {
            "cadre_id": "团干部编号",
            "date": "活动日期 日期",
            "level": "指导层级 组织层级",
            "organisation": "所指导组织 团组织名称",
            "activity": "活动内容 指导内容",
        },
    ),
    "wishes": (
        "青年之声与微心愿",
        {"wish_id": "编号", "cadre_id": "团干部编号", "date": "日期", "kind": "类型", "state": "状态"},
    ),
    "evaluations": ("小伙伴评价", {"cadre_id": "团干部编号", "date": "日期", "rating": "评价星级"}),
    "organ_activities": (
        "机关活动台账",
        {
            "activity_id": "活动编号",
            "unit": "所属县区",
            "date": "活动日期",
            "kind": "活动类别",
            "title": "活动名称",
            "participants": "参与青年数",
        },
    ),
    "submissions": (
        "报送材料登记",
        {
            "unit": "所属县区",
            "quarter": "季度",
            "submitted_on": "报送日期",
            "statistics": "完成情况统计",
            "practice": "做法",
            "experience": "经验",
            "problems": "存在问题",
            "next_steps": "下步工作安排",
        },
    ),
    "mechanisms": (
        "制度机制核查",
        {
            "unit": "所属县区",
            "element": "要素",
            "state": "状态",
            "document": "文号",
            "checked_on": "核查日期",
        },
    ),
    "spot_checks": (
        "抽查记录",
        {
            "check_id": "抽查编号",
            "log_id": "日志编号",
            "cadre_id": "团干部编号",
            "method": "方式",
            "checked_on": "抽查日期",
            "outcome": "结果",
            "satisfaction": "满意度",
            "coerced": "是否强迫",
        },
    ),
    "media": (
        "媒体宣传",
        {
            "unit": "所属县区",
            "date": "刊发日期",
            "outlet": "媒体",
            "level": "级别",
            "title": "标题",
            "link": "链接",
        },
    ),
    "exemplars": ("优秀典型", {"unit": "所属县区", "name": "姓名", "recognised_on": "认定日期"}),
}

KINDS = {
    "practical_help": "办实事",
    "volunteer_service": "志愿服务",
    "culture_sport": "文体活动",
    "heart_talk": "谈心谈话",
    "self_designed": "自主设计",
    "practice_guidance": "指导教育实践",
    "congress_talk": "十九大宣讲",
    "provincial_congress_talk": "省党代会宣讲",
    "service_month": "集中服务青年月",
    "online_contact": "线上联系",
    "other": "其他",
}
ORGAN_KINDS = KINDS | {
    "open_day": "机关开放",
    "face_to_face": "面对面",
    "volunteer_service": "集中志愿服务",
    "experience_sharing": "工作分享",
    "story_sharing": "最美青春故事",
}

# (table, column) -> code -> the words for it, separated by blanks
CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("cadres", "cadre_type"): {
        "full_time": "专职 专职团干部",
        "seconded": "挂职 挂职团干部",
        "part_time": "兼职 兼职团干部",
    },
    ("logs", "kind"): KINDS,
    ("logs", "channel"): {"mobile": "手机端", "web": "网站"},
    ("practice_guidance", "level"): {"committee": "基层团委 团总支", "branch": "团支部"},
    ("practice_guidance", "activity"): {
        "study": "学习讲话",
        "life_meeting": "组织生活会",
        "oath": "重温誓词",
        "volunteer_service": "志愿服务",
        "online_day": "网络主题团日",
        "rectification": "自查整顿",
        "selection": "评选典型",
        "vanguard_post": "先锋岗创建",
        "lesson": "主题团课",
        "advice": "工作指导",
    },
    ("wishes", "kind"): {"youth_voice": "青年之声", "wish": "微心愿"},
    ("wishes", "state"): {
        "open": "待办",
        "answered": "已回复",
        "claimed": "已认领",
        "fulfilled": "已实现",
    },
    ("organ_activities", "kind"): ORGAN_KINDS,
    ("submissions", "quarter"): {
        "2017Q2": "2017Q2 2017年第二季度 2017年二季度",
        "2017Q3": "2017Q3 2017年第三季度 2017年三季度",
        "2017Q4": "2017Q4 2017年第四季度 2017年四季度",
    },
    ("mechanisms", "element"): {
        "led_by_main_leader": "主要领导任组长",
        "deputies_from_leadership": "班子成员任副组长",
        "members_from_departments": "部门负责人任成员",
        "tasks_divided": "任务分工",
        "plan_issued": "实施方案",
        "notification_rule": "通报制度",
        "inspection_rule": "检查制度",
        "assessment_rule": "考核制度",
    },
    ("mechanisms", "state"): {"full": "有", "partial": "部分", "none": "无"},
    ("spot_checks", "method"): {"phone": "电话抽查", "site": "实地检查", "commissioned": "委托调查"},
    ("spot_checks", "outcome"): {
        "genuine": "属实",
        "partly": "部分属实",
        "false": "不属实",
        "unreached": "未接通",
    },
    ("spot_checks", "satisfaction"): {
        "satisfied": "满意",
        "fair": "基本满意",
        "dissatisfied": "不满意",
        "unknown": "不了解",
    },
    ("media", "level"): {"central": "中央", "province": "省", "city": "市", "county": "县"},
}

UNIT_NAMES = {
    "利州区": "利州区 利州 市中区 广元市利州区 四川省广元市利州区 团利州区委 共青团广元市利州区委员会",
    "昭化区": "昭化区 昭化 元坝区 广元市昭化区 共青团昭化区委",
    "朝天区": "朝天区 朝天 四川省广元市朝天区 团朝天区委",
    "旺苍县": "旺苍县 旺苍 广元市旺苍县 旺苍团县委",
    "青川县": "青川县 青川 共青团青川县委",
    "剑阁县": "剑阁县 剑阁 团剑阁县委 共青团广元市剑阁县委员会",
    "苍溪县": "苍溪县 苍溪 共青团苍溪县委 苍溪团县委",
    "广元经济技术开发区": "广元经济技术开发区 经开区 广元经开区",
    "市天然气综合利用工业园区": "市天然气综合利用工业园区 天然气工业园区 工业园区 "
    "广元市天然气综合利用工业园区 天然气综合利用工业园区",
}
