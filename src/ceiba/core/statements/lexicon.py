"""The words of promising, announcing, proposing, answering and delivering, in Spanish and English, as patterns.

They are few on purpose: a word that is not here is not read, and a person enters what the rules pass over.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ceiba.core.commitments import Answered


class Act(StrEnum):
    """What a sentence does."""

    PROMISE = "promise"  # says that it will
    ANNOUNCEMENT = "announcement"  # makes something known: of what is to come, or of what has been
    PROPOSAL = "proposal"
    ANSWER = "answer"
    DELIVERY = "delivery"  # says that it has


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of one language; `will` is how the future is said, `reported` how it is told of later.

    `hedge` and `negation` stop a promise; `was_done` follows an announcement of what has been; `things` are what
    can be announced without an amount; `aside` are words before a party that make it no subject, unless `offices`
    stand before.
    """

    will: str
    reported: str
    said: str
    promise: str
    announcement: str
    proposal: str
    answers: tuple[tuple[Answered, str], ...]
    delivery: str
    was_done: str
    hedge: str
    negation: str
    negotiation: str
    service: str
    things: str
    passive: str
    by_whom: str
    to_whom: str
    aside: str
    offices: str


_GIVE: Final = (
    "provide|give|donate|send|share|deliver|contribute|allocate|invest|grant|fund|finance|pay|transfer|supply|"
    "ship|plant|"
    "sow|create|launch|build|open|train|hire|expand|extend|increase|support|help|work|cooperate|collaborate|"
    "negotiate|"
    "start|begin|sign|set up|establish|dedicate|disburse|double|reduce|combat|fight|dismantle|make available|"
    "issue|offer|"
    "develop|strengthen|buy|restore|protect|host|join|commit|promote|exchange|implement|extend|continue"
)
_GIVEN: Final = (
    "provided|given|donated|sent|shared|delivered|contributed|allocated|invested|granted|funded|financed|paid|"
    "transferred|"
    "supplied|shipped|planted|sown|created|built|opened|trained|hired|disbursed|received|spent|handed over|expanded|"
    "extended|made available|issued|supported|signed"
)
_GAVE: Final = (
    "provided|gave|donated|sent|shared|delivered|contributed|disbursed|paid|transferred|supplied|shipped|"
    "planted|received|"
    "handed over|spent|trained"
)
_DAR: Final = (
    "aportar|donar|entregar|destinar|enviar|otorgar|dar|compartir|invertir|financiar|plantar|sembrar|crear|"
    "construir|abrir|"
    "ampliar|extender|apoyar|contribuir|brindar|capacitar|pagar|transferir|suministrar|iniciar|trabajar|"
    "cooperar|colaborar|"
    "negociar|firmar|establecer|reducir|combatir|impulsar|desembolsar|contratar|proveer|proporcionar|asignar|"
    "duplicar|"
    "beneficiar|facilitar|fortalecer|restaurar|proteger|desarticular|lanzar|implementar|comprar|desarrollar|"
    "continuar|"
    "intercambiar|generar"
)
_DADO: Final = (
    "aportado|donado|entregado|destinado|enviado|otorgado|dado|compartido|invertido|financiado|plantado|"
    "sembrado|creado|"
    "construido|abierto|ampliado|extendido|apoyado|contribuido|brindado|capacitado|pagado|transferido|suministrado|"
    "iniciado|firmado|desembolsado|contratado|proporcionado|asignado|recibido|gastado|ejercido"
)
_DIO: Final = (
    "aportó|aportaron|donó|donaron|entregó|entregaron|envió|enviaron|otorgó|otorgaron|dio|dieron|compartió|"
    "compartieron|"
    "invirtió|invirtieron|plantó|plantaron|sembró|sembraron|pagó|pagaron|transfirió|desembolsó|desembolsaron|recibió|"
    "recibieron|gastó|gastaron|capacitó|capacitaron|suministró"
)

ENGLISH: Final = Words(
    will=rf"(?:will|shall|is going to|are going to)\s+(?:(?:not|never|also|jointly|soon|together|then|now|each)\s+)*"
    rf"(?:be\s+(?:{_GIVEN})|{_GIVE})",
    reported=rf"would\s+(?:(?:also|jointly|soon|together|then|each)\s+)*(?:be\s+(?:{_GIVEN})|{_GIVE})",
    said=r"said|says|told|stated|confirmed|assured|wrote|according\s+to|added|explained|announced|reported",
    promise=r"pledged|pledges|pledging|committed(?:\s+(?:itself|himself|herself|themselves))?\s+to|commits\s+to|"
    r"promised|promises|vowed|vows|undertook\s+to|undertakes\s+to|agreed\s+(?:to|on)|agree\s+(?:to|on)|agrees\s+to|"
    r"made\s+a\s+commitment\s+to|signed\s+an\s+agreement\s+to",
    announcement=r"announced|announces|announcing|unveiled|unveils|launched|signed|made\s+public",
    proposal=r"proposed|proposes|proposing|suggested|suggests|put\s+forward|called\s+for|calls\s+for|requested|requests|"
    r"urged|offered|offers|asked(?!\s+about)|(?:his|her|its|their|the)\s+proposal\s+(?:to|that|for)|"
    r"proposal\s+is\s+to",
    answers=(
        (
            Answered.NONE,
            r"(?:did|has|have|had|does)\s*(?:not|n['’]t)\s+(?:yet\s+)?(?:answer\w*|respond\w*|repl\w+)|"
            r"(?:gave|received|got|met\s+with|there\s+was|without)\s+(?:an\s+|any\s+)?(?:no\s+)?(?:answer|"
            r"response|reply)|"
            r"(?:was|were|went|goes|remains?)\s+(?:left\s+)?unanswered|no\s+(?:answer|response|reply)\b",
        ),
        (
            Answered.DECLINED,
            r"rejected|rejects|turned\s+down|declined(?!\s+to\s+comment)|declines|refused|refuses|ruled\s+out|"
            r"rules\s+out|said\s+no\s+to",
        ),
        (
            Answered.ACCEPTED,
            r"accepted|accepts|agreed\s+to\s+(?:the|this|that|his|her|its)\s+(?:proposal|request|offer|scheme|plan)|"
            r"said\s+yes\s+to|took\s+up\s+the\s+(?:proposal|offer)",
        ),
    ),
    delivery=rf"(?:has|have|had)\s+(?:(?:already|so\s+far|also|now|since)\s+)*(?:{_GIVEN})|"
    rf"(?:was|were|has\s+been|have\s+been|had\s+been)\s+(?:already\s+)?(?:{_GIVEN})|(?:{_GAVE})",
    was_done=rf"(?:that\s+)?(?:[^,;]|,(?=\d)){{0,60}}?\b(?:has|have|had)\s+(?:(?:already|also|now|since|been)\s+)*(?:{_GIVEN})|"
    rf"(?:that\s+)(?:\w+\s+){{1,5}}?(?:was|were)\s+(?:{_GIVEN})",
    hedge=r"(?-i:may)|might|could|can|would\s+like|consider(?:s|ed|ing)?|plan(?:s|ned|ning)?\s+to|intend(?:s|ed|ing)?\s+to|"
    r"hope(?:s|d)?|expect(?:s|ed)?|stud(?:y|ies|ied|ying)|evaluat\w+|explor\w+\s+whether|if|whether|unless|"
    r"wants?\s+to|"
    r"aims?\s+to|seeks?\s+to|likely|possibly|perhaps|rumou?r\w*|analy[sz]\w+|review(?:s|ed|ing)?\s+whether|"
    r"should|look\s+into",
    negation=r"not(?!\s+only)|never|\w+n['’]t|cannot|no\s+longer|neither|nor|without|den(?:y|ied|ies)|nobody|no\s+one|failed\s+to",
    negotiation=r"negotiat\w+|talks|dialogue|discuss\w*|roundtable|round\s+of\s+talks",
    service=r"scholarship\w*|training|technical\s+assistance|advice|technicians|medical\s+staff",
    things=r"partnership|effort|programme|program|agreement|plan|initiative|task\s+force|fund|working\s+group|aid|"
    r"support|assistance|investment|loan|grant|package|project|dialogue|donation|campaign|operation|strategy",
    passive=r"\b(?:was|were|be|been|being|is|are)\s+\w+(?:ed|en|wn|nt)\b",
    by_whom=r"by",
    to_whom=r"to|for|with",
    aside=r"to|in|with|for|from|at|near|about|on|of|against|between|through|than|by|across|into",
    offices=r"government|president|vice\s+president|minister|secretary|chancellor|embassy|agency|administration|people|"
    r"presidency|ministry|department|ambassador|officials|state|delegation",
)
SPANISH: Final = Words(
    will=rf"(?:se\s+)?(?:(?:{_DAR})(?:á|án|emos|é)|(?:pondr|har|mantendr|dispondr|tendr)(?:á|án|emos)|"
    rf"(?:va|van|vamos)\s+a\s+(?:{_DAR}|hacer|poner)|(?:será|serán)\s+(?:{_DADO})(?:a|s|as)?|"
    rf"(?:será|serán)\s+(?:{'|'.join(w[:-1] for w in _DADO.split('|'))})(?:o|a|os|as))",
    reported=rf"(?:se\s+)?(?:{_DAR})(?:ía|ían)|(?:pondr|har)(?:ía|ían)|iba[n]?\s+a\s+(?:{_DAR})",
    said=r"dijo|dijeron|señaló|señalaron|aseguró|indicó|informó|afirmó|explicó|confirmó|expuso|según|anunció|detalló",
    promise=r"se\s+comprometió\s+a|se\s+compromete\s+a|se\s+comprometieron\s+a|se\s+comprometen\s+a|prometió|promete|"
    r"prometieron|prometen|(?:asumió|asumieron|adquirió|refrendó|reiteró)\s+(?:el|su)\s+compromiso\s+de|acordó|"
    r"acordaron|"
    r"acuerdan|acuerda|convinieron\s+en|convino\s+en|pactaron|pactó|garantizó|aseguró\s+que",
    announcement=r"anunció|anunciaron|anuncia|anuncian|dio\s+a\s+conocer|dieron\s+a\s+conocer|informó\s+que|firmaron|"
    r"firmó|lanzaron|lanzó|presentó|fue\s+anunciad[oa]|fueron\s+anunciad[oa]s|(?:será|serán)\s+anunciad[oa]s?",
    proposal=r"propuso|propone|propusieron|proponen|planteó|plantea|plantearon|sugirió|sugiere|pidió|pide|pidieron|"
    r"solicitó|solicita|solicitaron|ofreció|ofrece|ofrecieron|llamó\s+a|invitó\s+a|(?:la|su)\s+propuesta\s+(?:de|es)",
    answers=(
        (
            Answered.NONE,
            r"no\s+(?:ha\s+|han\s+|había\s+|habían\s+)?(?:respond\w+|contest\w+|dio\s+respuesta|dieron\s+respuesta)|"
            r"sin\s+(?:respuesta|contestación)|no\s+hubo\s+respuesta|quedó\s+sin\s+respuesta|no\s+(?:obtuvo|"
            r"recibió|tuvo)\s+respuesta",
        ),
        (
            Answered.DECLINED,
            r"rechazó|rechazaron|rechaza|declinó|declinaron|descartó|descartaron|descarta|se\s+negó\s+a|"
            r"se\s+negaron\s+a",
        ),
        (Answered.ACCEPTED, r"aceptó|aceptaron|acepta|aceptan|dio\s+su\s+visto\s+bueno"),
    ),
    delivery=rf"(?:ha|han|había|habían)\s+(?:ya\s+|además\s+|también\s+)?(?:{_DADO})|"
    rf"(?:fue|fueron|ha\s+sido|han\s+sido)\s+(?:{'|'.join(w[:-1] for w in _DADO.split('|'))})(?:o|a|os|as)|"
    rf"(?:{_DIO})",
    was_done=rf"(?:que\s+)?(?:[^,;]|,(?=\d)){{0,60}}?\b(?:ha|han|había|habían)\s+(?:ya\s+|sido\s+|además\s+)?(?:{_DADO})(?:s|as)?|"
    rf"que\s+(?:ya\s+)?(?:\w+\s+){{0,5}}?(?:se\s+)?(?:{_DIO})",
    hedge=r"podrí\w+|puede|pueden|pudiera\w*|considera\w*|considerará\w*|estudia\w*|analiza\w*|evalú\w*|evalua\w*|"
    r"prevé|prevén|planea\w*|pretende\w*|espera\w*|busca|buscan|buscará\w*|desea\w*|quisiera\w*|quiere\w*|si|"
    r"posible\w*|posibilidad|quizás?|tal\s+vez|probable\w*|explorar\s+si|debe|deben|debería\w*|intentará\w*|"
    r"valora\w*",
    negation=r"no(?!\s+s[oó]lo|\s+solamente)|nunca|jamás|tampoco|ni|sin|negó|negaron|niega|descart\w+",
    negotiation=r"negoci\w+|diálogo|dialogar|conversaciones|mesa\s+de\s+trabajo|mesas\s+de\s+trabajo",
    service=r"becas?|capacitación|asistencia\s+técnica|acompañamiento|asesoría|personal\s+médico",
    things=r"alianza|asociación|esfuerzo|programa|acuerdo|plan|iniciativa|grupo\s+de\s+trabajo|fondo|ayuda|apoyo|"
    r"asistencia|inversión|préstamo|donación|paquete|proyecto|diálogo|campaña|operativo|estrategia|convenio|carta",
    passive=r"\b(?:fue|fueron|será|serán|ha\s+sido|han\s+sido|sea|sean)\s+\w+(?:ad|id)[oa]s?\b|\bse\s+\w+(?:á|án)\b",
    by_whom=r"por(?:\s+parte\s+de)?",
    to_whom=r"a|al|para|con|hacia",
    aside=r"a|al|en|con|para|desde|hacia|contra|entre|sobre|ante|de|del|por|que",
    offices=r"gobierno|presidente|presidenta|vicepresidente|vicepresidenta|ministro|ministra|ministerio|secretario|"
    r"secretaria|secretaría|canciller|cancillería|embajada|embajador|embajadora|agencia|presidencia|mandatario|"
    r"mandataria|estado|administración|delegación|autoridades",
)
LEXICON: Final = {"es": SPANISH, "en": ENGLISH}


@lru_cache(maxsize=256)
def pattern(words: str) -> re.Pattern[str]:
    """A pattern of the lexicon, ready: whole words, in any case, with any space between them."""
    return re.compile(rf"(?<!\w)(?:{words.replace(' ', chr(92) + 's+')})(?!\w)", re.IGNORECASE)
