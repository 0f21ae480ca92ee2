"""The words of each language that bear weight in a text of law, and those that bear little."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from facilitate.text.tokens import solo


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may go or come without changing what is asked of anybody. Not here, on purpose: and / or,
# from / to, by / with, only / all: they look small and are not.
SMALL: Mapping[str, frozenset[str]] = {
    "en": _words("a an the this that these those such of in on at for as is are be been"),
    "fr": _words(
        "l' l d' d le la les un une des du de ce cet cette ces tel telle tels telles en"
        " dans est sont"
    ),
    "es": _words("el la los las lo un una unos unas de del en este esta estos estas es son"),
    "ar": _words("في هذا هذه ذلك تلك هذان التي الذي الذين أن إن قد"),
    "ru": _words("в во на о об этот эта это эти который которая которое которые"),
    "zh": frozenset("的了之着"),
}
LINKING = _words(
    "and or to from by with which who its their it they will into"
    " et ou à au aux par avec qui que qu' qu son sa ses leur leurs il elle ils elles pour sur"
    " y e o u al por con que su sus para sobre"
    " و أو من إلى على مع عن ل ب"
    " и или из к ко с со по для от их его ее"
    " 和 与 及 或 在 对 为 以 从"
)
NEGATIONS = _words(
    "not no nor neither never none nothing without cannot except unless against"
    " ne n' n pas ni jamais sans aucun aucune aucuns aucunes nul nulle rien sauf contre"
    " nunca jamás sin ningún ninguno ninguna nada tampoco salvo"
    " لا ولا فلا لن ولن لم ولم ليس ليست وليس غير دون بدون عدم وعدم ضد"
    " не ни нет без нельзя никогда никто ничего никакой никакие кроме против"
    " 不 没 無 无 未 非 勿 莫 否 禁"
)
MODALS = _words(
    "shall must should ought may can could might will would need"
    " encouraged invited requested urged recommended called required obliged expected"
    " encourages invites requests urges recommends calls decides"
    " doit doivent devrait devraient devra devront devons peut peuvent pourrait pourraient pourra"
    " pourront faut faudrait encouragé encouragés encouragée encouragées invité invités invitée"
    " invitées prié priés priée priées tenu tenus tenue tenues encourage invite prie exhorte"
    " recommande décide"
    " debe deben debería deberían deberá deberán puede pueden podría podrían podrá podrán alienta"
    " invita insta exhorta pide recomienda decide"
    " يجب ينبغي يمكن يتعين يجوز يلزم يستحسن تشجع يشجع تدعو يدعو توصي يوصي مدعوة تقرر"
    " должен должна должно должны следует следовало может могут мог можно необходимо обязан"
    " обязана обязаны рекомендуется призывает"
    " приглашает предлагается предлагает просит постановляет"
    " 应 應 须 須 必 可 宜 需 请 請 鼓 励"
)
NUMERALS = _words(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred"
    " thousand million billion half double twice first second third once annual annually"
    " deux trois quatre cinq sept huit neuf dix douze vingt trente cinquante cent mille moitié"
    " double premier première deuxième troisième"
    " dos tres cuatro cinco seis siete ocho nueve diez doce veinte treinta cincuenta cien ciento"
    " mil mitad doble primer primero primera segundo tercero"
    " واحد واحدة اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية تسعة عشرة عشر"
    " مئة مائة ألف مليون نصف"
    " один одна два две три четыре пять шесть семь восемь девять десять двадцать сто тысяча"
    " миллион половина"
    " 零 一 二 两 三 四 五 六 七 八 九 十 百 千 万 亿 半"
)
_ADDRESSEES = {
    "parties": "parties partie partes стороны сторон сторонам الأطراف للأطراف الدول",
    "states": "states state états état estados estado государства государствам государств",
    "governments": "governments government gouvernements gouvernement gobiernos gobierno"
    " правительства правительствам الحكومات الحكومة",
    "secretariat": "secretariat secrétariat secretaría секретариат секретариату الأمانة أمانة",
    "committee": "committee comité comités комитет комитету اللجنة",
    "conference": "conference conférence conferencia конференция конференции المؤتمر",
    "unesco": "unesco юнеско اليونسكو",
    "fund": "fund fonds fondo фонд фонду الصندوق",
    "cities": "cities municipalities villes municipalités ciudades municipios города городам"
    " المدن البلديات",
    "platforms": "platforms plateformes plataformas платформы платформам المنصات",
}
ADDRESSEES: Mapping[str, str] = {
    word: name for name, words in _ADDRESSEES.items() for word in words.split()
}
PLURAL_IN_S = frozenset({"en", "fr", "es"})
LIGHT = frozenset[str]().union(LINKING, *SMALL.values())


def language_of(words: Iterable[str]) -> str:
    """The language whose small words are met most often: a guess, good enough for articles."""
    met = Counter(words)
    return max(SMALL, key=lambda language: sum(met[word] for word in SMALL[language]))


@lru_cache(maxsize=100_000)
def weight(word: str) -> int:
    """How much it says that two texts share this word (in normal form), in tenths."""
    if not word[:1].isalnum():
        return 4
    if solo(word) or word in LIGHT or word in MODALS:
        return 7
    return 20


def negates(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def obliges(word: str) -> bool:
    """Whether the word says how strongly something is asked: shall, should, may, ..."""
    return word in MODALS or word.removesuffix("n't") in MODALS or word == "cannot"


def counts(word: str) -> bool:
    return word in NUMERALS or any(character.isnumeric() for character in word)
