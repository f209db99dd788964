"""What every contestant is asked again and again, to see whether it is still the model that was frozen.

Law: this list never changes; another would make replies that were kept useless.
"""

PROMPTS = (
    "무지개는 왜 생기나요? 두 문장으로 설명해 주세요.",
    "김치찌개를 처음 끓이는 사람에게 순서를 알려 주세요.",
    "가을을 주제로 네 줄짜리 시를 써 주세요.",
    "중고 거래를 할 때 조심할 점을 세 가지만 알려 주세요.",
    "도서관에서 조용히 해 달라고 정중하게 부탁하는 문장을 써 주세요.",
    "지구에서 달까지의 거리는 얼마나 되나요?",
    "아침에 일찍 일어나는 습관을 들이려면 어떻게 해야 하나요?",
    "민주주의와 공화주의는 어떻게 다른가요?",
    "할머니께 드릴 생신 축하 편지를 짧게 써 주세요.",
    "3, 6, 12, 24 다음에 올 수는 무엇이고 왜 그런가요?",
    "우리말 속담 하나를 골라 뜻을 풀어 주세요.",
    "처음 가는 도시에서 하루를 보낸다면 무엇을 하면 좋을까요?",
    "짧은 이야기를 하나 지어 주세요. 주인공은 길을 잃은 고양이입니다.",
    "파이썬으로 문자열을 거꾸로 뒤집는 함수를 써 주세요.",
    "전기 요금을 줄이는 방법을 알려 주세요.",
    "Write three sentences about a lighthouse.",
    "Explain what inflation means to a ten-year-old.",
    "Give me a name for a small bakery and say why.",
    "What are the differences between a lake and a pond?",
    "Describe your favourite kind of weather without using the word weather.",
)
