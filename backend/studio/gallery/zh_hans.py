"""The templates in simplified Chinese: what a person reads in them. Prompts stay as they are, see `languages`."""

from __future__ import annotations

# Whole texts: titles of steps, labels, choices, what is said to a user, sample inputs.
TEXTS = {
    # what many templates have
    "Start": "开始",
    "Answer": "回答",
    "Output": "输出",
    "Text": "文本",
    "Draft": "草稿",
    "Question": "问题",
    "Topic": "主题",
    "Notes": "笔记",
    "Summary": "摘要",
    "Table": "表格",
    "Count": "计数",
    "Score": "评分",
    "Judge": "评判",
    "Explain": "解释",
    "Confirm": "确认",
    "Compare": "比较",
    "Ask": "询问",
    "Other": "其他",
    "Whoever answered": "汇总回答",
    "Whichever ran": "汇总结果",
    "Whichever": "汇总",
    "Either": "汇总结果",
    # support-bot
    "Answer from the handbook": "依据手册回答",
    "Hand over": "转交人工",
    "Sorry, I cannot answer right now. A person will help you: help@shop.example.": (
        "抱歉，我现在无法回答。人工客服会为您服务：help@shop.example。"
    ),
    "Hello! Ask me about delivery, returns or invoices.": "您好！配送、退货或发票方面的问题都可以问我。",
    "How long does delivery take?": "配送需要多久？",
    "Can I return goods?": "可以退货吗？",
    "Where is my invoice?": "我的发票在哪里？",
    "How long does standard delivery take?": "标准配送需要多久？",
    # translate-polish
    "Into which language?": "译成哪种语言？",
    "Chinese": "中文",
    "English": "英文",
    "German": "德文",
    "French": "法文",
    "Spanish": "西班牙文",
    "Japanese": "日文",
    "Critique": "审校",
    "Final version": "定稿",
    "Hello, thank you for your order. Delivery takes three days.": "您好，感谢您的订购。配送需要三天。",
    # extract-data
    "Extract": "提取",
    "As a table": "排成表格",
    "Dear team, this is Maria Lopez of Harbour Foods. On 2026-03-14 we paid 249.50 euros for the oak lamps, but the invoice never "
    "arrived. Please send it to maria.lopez@harbour.example. Thank you!": (
        "您好，我是海港食品公司的李敏。我们在 2026-03-14 为橡木灯支付了 249.50 元，但一直没有收到发票。请寄到 limin@harbour.example。谢谢！"
    ),
    # route-mail
    "Subject": "主题行",
    "Mail": "邮件",
    "Sort": "分类",
    "Which team?": "哪个团队？",
    "Reply of billing": "财务回复",
    "Reply of support": "技术支持回复",
    "Reply of sales": "销售回复",
    "Charged twice": "重复扣款",
    "Hello, my card was charged twice for invoice 4711. Please refund one of the payments. Regards, Tom Becker": (
        "您好，发票 4711 在我的卡上扣了两次款，请退还其中一笔。谢谢，王涛"
    ),
    # research-steps
    "What you know already": "已经了解的内容",
    "Background": "背景",
    "For and against": "正反观点",
    "Open questions": "待解问题",
    "Bring together": "汇总材料",
    "Short report": "简要报告",
    "How did tide mills work?": "潮汐磨坊是怎样运转的？",
    "Tide mills use the rise and fall of the sea to grind grain. At high tide water flows through a gate into a pond; when the sea "
    "falls, the gate closes and the stored water drives a wheel. Such mills ran for about six hours after each high tide, day and "
    "night, whatever the wind. The oldest known tide mill in Ireland dates from the year 619. In the eighteenth century there were "
    "several hundred along the Atlantic coast. Steam made most of them useless within a few decades. A handful have been restored "
    "and still grind flour for visitors.": (
        "潮汐磨坊利用海水涨落来磨粮。涨潮时，海水经闸门流入蓄水池；退潮时闸门关闭，池中的水推动水轮。"
        "每次涨潮之后磨坊大约运转六小时，不分昼夜，也不受风的影响。爱尔兰已知最古老的潮汐磨坊建于公元 619 年。"
        "十八世纪时，大西洋沿岸有数百座这样的磨坊。蒸汽机在几十年内让其中大多数失去了用处。"
        "少数磨坊得到修复，至今仍为游客磨面。"
    ),
    # summarise
    "How long?": "多长？",
    "one sentence": "一句话",
    "key points": "要点",
    "one page": "一页纸",
    "For whom?": "写给谁？",
    "for a busy reader": "写给忙碌的读者",
    "One sentence": "一句话",
    "Key points": "要点",
    "One page": "一页纸",
    # help-desk
    "Find the topic": "判断主题",
    "Which expert?": "哪位专家？",
    "Billing expert": "账务专家",
    "Technical expert": "技术专家",
    "Generalist": "通用助手",
    "What can we do for you?": "有什么可以帮您？",
    "I was charged twice.": "我被重复扣款了。",
    "The app crashes when I log in.": "登录时应用崩溃。",
    "I was charged twice for my invoice, can I get a refund?": "我的发票被重复扣款，可以退款吗？",
    # meeting-minutes
    "Meeting": "会议",
    "Action items": "待办事项",
    "Minutes": "会议纪要",
    "Harbour festival, second planning meeting": "海港节第二次筹备会",
    "Everybody agreed to open the gates at ten. Anna Berg orders the tents until 2026-05-04. The budget was raised to 4,000 euros. "
    "Parking stays a problem. Next meeting in two weeks.": (
        "大家同意十点开门。张安在 2026-05-04 之前订好帐篷。预算提高到 4,000 元。停车仍是问题。两周后再次开会。"
    ),
    # quiz-maker
    "How many questions?": "几道题？",
    "Make questions": "出题",
    "Lay out the sheet": "排版试卷",
    "The moon pulls on the oceans and causes two high tides a day. The sun helps: when both pull in one line, the tide is a spring tide.": (
        "月球牵引海水，每天形成两次涨潮。太阳也有作用：当日月在一条直线上牵引时，就会出现大潮。"
    ),
    # reviewer
    "What should it achieve?": "文本的目标是什么？",
    "inform clearly": "清楚地传达信息",
    "Good enough?": "够好吗？",
    "Praise": "肯定",
    "Ask for changes": "提出修改",
    "No score": "未能评分",
    "Verdict": "结论",
    "The text could not be scored ({{ reason }}). Please have a person look at it.": "无法为文本评分（{{ reason }}）。请由人工查看。",
    "Our mill opens on Sunday at 10. Bring children: they may turn the stone themselves. Entry is free, flour costs 3 euros a bag.": (
        "我们的磨坊周日十点开放。欢迎带孩子来：他们可以亲手转动石磨。免费入场，面粉每袋三元。"
    ),
    "invite families": "邀请家庭参加",
    # product-copy and product-text
    "Product": "商品",
    "Facts about it": "商品信息",
    "Tone": "语气",
    "warm": "温暖",
    "factual": "平实",
    "playful": "俏皮",
    "Brief": "要点说明",
    "Headline": "标题",
    "Description": "介绍",
    "Social post": "社交帖子",
    "Product: {{ product }}\nTone: {{ tone }}\nFacts: {{ facts|trim }}": "商品：{{ product }}\n语气：{{ tone }}\n信息：{{ facts|trim }}",
    "Tide lamp": "潮汐灯",
    "A reading lamp of oiled oak. The light follows the time of day. Runs for 40 hours on one charge.": (
        "上油橡木阅读灯。光线随一天的时间变化。充一次电可用 40 小时。"
    ),
    "Write a product text of about eighty words for {{audience}}. End with three bullet points.\n\nProduct: {{product}}\n\n"
    "Facts:\n{{facts}}": "为{{audience}}写一段约八十字的商品文案，最后列出三个要点。\n\n商品：{{product}}\n\n信息：\n{{facts}}",
    "Facts, one per line": "商品信息，每行一条",
    "families": "家庭",
    "professionals": "专业人士",
    "collectors": "收藏者",
    "Storm lantern": "防风灯",
    "burns for 20 hours\nsteel and glass\nmade in Porto": "可燃二十小时\n钢与玻璃\n产自波尔图",
    # persona-chat
    "Who should answer?": "由谁来回答？",
    "A patient teacher": "耐心的老师",
    "A strict editor": "严格的编辑",
    "A ship's captain": "船长",
    "A tour guide": "导游",
    "Talk in character": "以角色交谈",
    "Choose who you want to talk to, then say hello.": "选择想和谁交谈，然后打个招呼。",
    "Why is the sea salty?": "海水为什么是咸的？",
    # sql-explainer
    "Is it SQL?": "是 SQL 吗？",
    "Look for risks": "检查风险",
    "Ask for SQL": "请求 SQL",
    "This does not look like SQL. Paste a statement that begins with SELECT, for example.": (
        "这看起来不是 SQL。请粘贴一条语句，例如以 SELECT 开头的。"
    ),
    "Paste an SQL statement.": "请粘贴一条 SQL 语句。",
    # ask-a-file
    "Is there a file?": "有文件吗？",
    "Read it": "读取文件",
    "Put together": "合并内容",
    "Answer from it": "依据文件回答",
    "Ask for a file": "请求文件",
    "Send me a document (PDF, Word, Excel, text …) and ask.": "请发送一份文档（PDF、Word、Excel、文本等）并提问。",
    "What does the contract say about notice?": "合同里关于解约通知是怎么写的？",
    # front-desk
    "What is it about?": "是哪类问题？",
    "Orders, delivery, prices": "订单、配送、价格",
    "Complaints, refunds, broken goods": "投诉、退款、商品损坏",
    "Anything else": "其他任何内容",
    "Orders": "订单",
    "Complaints": "投诉",
    "Small talk": "闲聊",
    "Welcome! What may I do for you?": "欢迎光临！有什么可以帮您？",
    "When will my order arrive?": "我的订单什么时候到？",
    "My lamp is broken.": "我的灯坏了。",
    "My lamp arrived broken, I want a refund.": "投诉：收到的灯已经损坏，我要退款。",
    # summarise-in-parts
    "Characters per part": "每段字数",
    "Cut into parts": "切成几段",
    "Every part": "每一段",
    "Summarise the part": "总结一段",
    "Join": "合并",
    "The whole in short": "全文摘要",
    # translate-lines
    "One text per line": "每行一段文本",
    "Lines": "逐行拆分",
    "Every line": "每一行",
    "Translate": "翻译",
    "Good morning\nThank you for your order\nDelivery takes three days": "早上好\n感谢您的订购\n配送需要三天",
    # table-report
    "Table as CSV, first line names the columns": "CSV 表格，第一行为列名",
    "Compute": "计算",
    "Put into words": "写成文字",
    "month,region,units,price\nJanuary,North,120,9.5\nJanuary,South,80,9.5\nFebruary,North,150,9.9\nFebruary,South,60,9.9\n"
    "March,North,90,10.5": (
        "月份,地区,销量,单价\n一月,北区,120,9.5\n一月,南区,80,9.5\n二月,北区,150,9.9\n二月,南区,60,9.9\n三月,北区,90,10.5"
    ),
    "What is the mean of the units?": "平均销量是多少？",
    # review-moods
    "One review per line": "每行一条评论",
    "Reviews": "评论",
    "Every review": "每条评论",
    "I love this lamp, it is great.\nTerrible, it broke after a day.\nIt is a lamp.\nExcellent, very happy!": (
        "我很喜欢这盏灯，太棒了。\n太糟糕了，一天就坏了。\n就是一盏灯。\n非常好，很满意！"
    ),
    # refine-until-good
    "What should it be?": "应该是什么样的？",
    "clear, friendly and short": "清楚、友好、简短",
    "Until it is good": "直到满意",
    "Read the score": "读取分数",
    "Mend": "修改",
    "Keep for the next round": "留给下一轮",
    "Your parcel is late because of reasons. We are not able to tell when.": "您的包裹因故延迟，我们无法告知何时送达。",
    # approve-a-reply
    "Mail from a customer": "客户来信",
    "Ask a person": "人工审批",
    "A customer wrote:\n\n> {{#start.mail#}}\n\nThe draft:\n\n{{#draft.text#}}\n\nYour correction, if any:\n\n{{#$output.correction#}}": (
        "客户来信：\n\n> {{#start.mail#}}\n\n草稿：\n\n{{#draft.text#}}\n\n如需修改，请写在这里：\n\n{{#$output.correction#}}"
    ),
    "Send as it is": "原样发送",
    "Send my correction": "发送修改稿",
    "Do not answer": "不回复",
    "As drafted": "按草稿",
    "As corrected": "按修改稿",
    "Not answered": "未回复",
    "No reply is sent.": "不发送回复。",
    "Hello, my parcel has not come yet. Where is it?": "您好，我的包裹还没有到，请问在哪里？",
    # booking
    "What is new?": "有什么新信息？",
    "the day of the visit": "到店日期",
    "for how many people, as digits": "用餐人数，用数字表示",
    "the guest's name": "客人姓名",
    "A day?": "有日期吗？",
    "Remember the day": "记住日期",
    "A number?": "有人数吗？",
    "Remember the number": "记住人数",
    "A name?": "有姓名吗？",
    "Remember the name": "记住姓名",
    "What is missing?": "缺少什么？",
    "Complete?": "齐全了吗？",
    "Booked": "预订成功",
    "Ask for the rest": "询问其余信息",
    "When would you like to come, and with how many?": "您想什么时候来，几位用餐？",
    "A table for four on Friday, please.": "请订周五四人桌。",
    "how many come": "用餐人数",
    "who books": "预订人",
    # interview-coach
    "Which job?": "什么职位？",
    "baker": "面包师",
    "Count and keep": "计数并记录",
    "Three answers?": "满三次回答？",
    "Feedback": "反馈",
    "Next question": "下一个问题",
    "Tell": "告知",
    "Tell me about yourself and why you want the job.": "请介绍一下自己，以及为什么想得到这份工作。",
    "answers so far": "已回答次数",
    "the answers": "全部回答",
    "I get up early and I like the smell of bread.": "我习惯早起，也喜欢面包的香味。",
    # glossary
    "a newcomer": "初学者",
    "Find the terms": "找出术语",
    "Every term": "每个术语",
    "Entry": "词条",
    "Glossary": "术语表",
    # top-tasks
    "One task per line, points in brackets": "每行一项任务，括号内为分值",
    "Read the list": "读取清单",
    "Sort, keep three": "排序并取前三",
    "Plan the week": "安排一周",
    "Write the report (8)\nAnswer mail (1)\nCall the bank (3)\nPrepare the talk (5)\nWater the plants": (
        "写报告 (8)\n回复邮件 (1)\n致电银行 (3)\n准备演讲 (5)\n浇花"
    ),
    # two-answers
    "First": "回答一",
    "Second": "回答二",
    "Why do tides differ from day to day?": "为什么每天的潮汐都不一样？",
    # page-brief
    "Address": "网址",
    "How many sentences?": "几句话？",
    "Fetch": "读取网页",
    "Sum up": "总结",
    "Say why not": "说明原因",
    "{{ url }} could not be read: {{ why }}": "无法读取 {{ url }}：{{ why }}",
    # shopping-list
    "What to buy?": "买什么？",
    "what to buy": "要买的东西",
    "Put it on the list": "加入清单",
    "The list": "清单",
    "A word on it": "一句话点评",
    "Tell me what you need.": "告诉我您需要什么。",
    "Two litres of milk": "两升牛奶",
    "Bread": "面包",
    # language-tutor
    "You teach {{language}} to a learner of level {{level}}. Talk in {{language}}, in short sentences. Mend mistakes kindly, in "
    "brackets, and end with a question.": (
        "你教一位{{level}}水平的学习者{{language}}。用{{language}}的短句交谈，在括号里友善地纠正错误，最后提一个问题。"
    ),
    "Which language?": "哪种语言？",
    "Polish": "英语",
    "Your level": "您的水平",
    "beginner": "初级",
    "intermediate": "中级",
    "advanced": "高级",
    "Hello! Say something in the language you learn.": "您好！请用您正在学习的语言说点什么。",
    "How do I introduce myself?": "怎样介绍自己？",
    "Let us order in a café.": "我们来练习在咖啡馆点单。",
    # summarise-in-parts and glossary
    "The mill stands at the mouth of the river. Twice a day the tide fills the pond behind the dam.\nWhen the sea falls, the miller "
    "opens the gate and the stored water drives the wheel for about six hours.\nThe wheel turns two pairs of stones. One grinds wheat "
    "for the bakers, the other barley for the farms.\nIn winter, ice on the pond has to be broken before the first tide. In summer "
    "the mill works at night, when it is cool.\nSince 1998 the mill has been a museum. Visitors may grind a bag of flour and take it "
    "home.": (
        "磨坊坐落在河口。潮水每天两次灌满堤坝后面的蓄水池。\n退潮时，磨坊主打开闸门，蓄水推动水轮运转约六小时。\n"
        "水轮带动两组石磨。一组为面包房磨小麦，另一组为农场磨大麦。\n冬天，要在第一次涨潮前敲碎池面的冰。夏天，磨坊在凉爽的夜里开工。\n"
        "1998 年以来，磨坊成了博物馆。游客可以磨一袋面粉带回家。"
    ),
}

# Pieces of longer texts: headings of sheets and tables, material inside prompts.
PIECES = {
    "| Field | Value |": "| 字段 | 值 |",
    "| Original | Translation |": "| 原文 | 译文 |",
    "| column | least | mean | most | sum |": "| 列 | 最小 | 平均 | 最大 | 合计 |",
    "| mood | reviews |": "| 情绪 | 评论数 |",
    "## Background\n": "## 背景\n",
    "## For and against\n": "## 正反观点\n",
    "## Open questions\n": "## 待解问题\n",
    "## Decisions\n": "## 决定\n",
    "## Tasks\n": "## 任务\n",
    "**What it does**": "**它做什么**",
    "**What to watch**": "**需要注意**",
    '"the day"': '"日期"',
    '"the number of people"': '"人数"',
    '"a name"': '"姓名"',
    "Orders placed before 14:00 on a working day leave our warehouse the same day.\n": "工作日 14:00 前下的订单当天发货。\n",
    "Standard delivery takes two to four working days, express delivery one.\n": "标准配送需要两到四个工作日，加急配送需要一个工作日。\n",
    "Shipping is free for orders over 50 euros; below that it costs 4.90 euros.\n": "订单满 50 元免运费，不足则收取 4.90 元。\n",
    "Goods may be returned within 30 days, unused and in their box; the refund arrives within 7 days.\n": (
        "未使用且包装完好的商品可在 30 天内退货，退款在 7 天内到账。\n"
    ),
    "Damaged goods are replaced free of charge: a photo of the damage is all we need.\n": "损坏的商品免费更换，只需提供一张照片。\n",
    "The warranty on electrical devices is two years from the date of purchase.\n": "电器自购买之日起保修两年。\n",
    "Invoices are sent by e-mail when the goods leave; they can be downloaded again in the customer account.\n": (
        "发票在发货时通过电子邮件发送，也可以在客户账户中再次下载。\n"
    ),
    "A person can be reached from Monday to Friday, 9:00 to 17:00, at help@shop.example.\n": (
        "人工客服时间为周一至周五 9:00 至 17:00，邮箱 help@shop.example。\n"
    ),
}
