"""The stories of the try-out world: who to be, how to log in, what to try. The tests hold each to the register."""

from dataclasses import dataclass
from typing import Final

from claims.assurance import Loa

__all__ = ["STORIES", "Story"]


@dataclass(frozen=True, slots=True)
class Story:
    """One card. `person` logs in at `level` by the practice login, and comes to the desk for a task of a service.

    In `tries` stands `{code}` for the code that lies ready. `may` are parties that the choice must offer then, `may_not` parties that it must not.
    """

    title: str
    person: str
    level: Loa
    service: str
    task: str
    tries: str
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()


STORIES: Final = (
    Story(
        "An accountant's employee and two hundred clients",
        "eva",
        Loa.SUBSTANTIAL,
        "vat-return",
        "all",
        "search for “Korenbloem”, go on for the bakery, and act. Then let Carla (carla) end the bakery's mandate on"
        " her own page (mijn toestemmingen): Eva's next act is refused.",
        may=("bakery", "client001"),
        may_not=("bos", "oost"),
    ),
    Story(
        "A son who helps his mother",
        "bram",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "work for Anna, then choose the other task for yourself. Anna (anna) sees on her page when he logged in.",
        may=("anna",),
        may_not=("wil",),
    ),
    Story(
        "A permission that is still to be given",
        "omer",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "nobody lets him do this yet. Let Anna (anna, by Oefen-inlog at level substantial) give permission to somebody"
        " else on her page. He fills in the code, her date of birth (2-5-1948) and her BSN (999997221) on his"
        " (Vul een code in), is led on to the desk, and chooses Anna there.",
        may_not=("anna",),
    ),
    Story(
        "A code that lies ready",
        "marloes",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "Joop (joop) gave permission to whoever brings his code: {code}. Marloes fills it in on her page (Vul een code in),"
        " with his date of birth (30-11-1943) and his BSN (999936542). Try it with a wrong day first: the page does not say"
        " what was wrong. He reads who used it.",
        may_not=("joop",),
    ),
    Story(
        "Who logged in before, and what that rests on",
        "joop",
        Loa.LOW,
        "benefit",
        "all",
        "on his own page (mijn toestemmingen) he reads that Marloes (marloes) logged in for him twice, and under what"
        " happened to her permission that a desk saw the paper that he signed: its digest, who looked at it, and when.",
        may_not=("anna",),
    ),
    Story(
        "A letter to a mother who cannot log in",
        "sanne",
        Loa.LOW,
        "benefit",
        "all",
        "Joke (joke) has no login, and her daughter asked for a letter. Within a minute it lies in the folder of letters:"
        " read in it what Joke would read. Sanne fills in its code on her page (Vul een code in), with the date of birth"
        " (14-8-1939) and the BSN (999998018), and is led on. The permission is at level low: it came by a letter.",
        may_not=("joke",),
    ),
    Story(
        "A paper, and two people at a desk",
        "iris",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "she works at the town's desk, and Joke came there with a signed paper. On her own page (De balie) Iris records who"
        " signed (14-8-1939, BSN 999998018), for whom (Sanne, 27-4-1967, BSN 999998031) and any 64 digits as its digest. Otto"
        " (otto) confirms it on his: Iris cannot. Both sides get a letter.",
        may_not=("joke",),
    ),
    Story(
        "Somebody helped at a desk",
        "otto",
        Loa.SUBSTANTIAL,
        "benefit",
        "all",
        "Joke comes to the town's desk. On his own page (De balie) Otto says that he helps her (14-8-1939, BSN 999998018),"
        " comes to the desk for all services, and chooses her: the service reads that it is a desk, and not a mandate. He ends"
        " it on his page, or it ends after half an hour, and his next act is refused.",
        may_not=("joke",),
    ),
    Story(
        "A son whom his mother does not know any more",
        "bram",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "let Anna (anna) say on her page that something is wrong, and stop everything: two permissions, one person."
        " Within a minute both have a letter, which says that something changed and not what.",
        may=("anna",),
    ),
    Story(
        "A mandate too weak for the file",
        "bram",
        Loa.HIGH,
        "record",
        "all",
        "Anna is not in the list, however well Bram logs in: see why under “not listed”. His children are. Then let"
        " Anna (anna, at level high) make it stronger on her page, under what happened: Bram finds her.",
        may=("sem", "noor"),
        may_not=("anna", "tim"),
    ),
    Story(
        "Somebody who stops a permission on request",
        "dewi",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "she acts for nobody: she is support. On /portal/support she finds the bakery by its number (00436606), and"
        " stops or pauses a permission because somebody called. Both sides read that it was on request.",
        may_not=("anna", "bakery"),
    ),
    Story(
        "A director, and a company that helps",
        "carla",
        Loa.SUBSTANTIAL,
        "vat-return",
        "all",
        "she acts for her bakery by law, not by a mandate; the service is told which of the two.",
        may=("bakery",),
    ),
    Story(
        "One branch only",
        "omer",
        Loa.LOW,
        "energy-label",
        "all",
        "his mandate is for one branch of the bakery, and the service is told so.",
        may=("bakery",),
    ),
    Story(
        "One case only",
        "fenna",
        Loa.SUBSTANTIAL,
        "permit",
        "all",
        "her mandate is for one case, Z-2026-0417: the desk shows it, and refuses an act in another case.",
        may=("loods",),
    ),
    Story(
        "Up to an amount, where that is understood",
        "joris",
        Loa.SUBSTANTIAL,
        "policy",
        "all",
        "the desk lets him act up to € 10.000 each time. The insurer's own website was never told what a limit is: there"
        " the company is not in the list, and the page says why. Nora (nora) may do so up to € 25.000: the trade register"
        " says that.",
        may=("loods",),
    ),
    Story(
        "A group of services",
        "tess",
        Loa.SUBSTANTIAL,
        "permit",
        "all",
        "one mandate covers all that lies in “Zaken voor bedrijven”, and the town's services lie in that as a group of"
        " their own. Take the permit out of the group, import the file, and she may no longer do this.",
        may=("loods",),
    ),
    Story(
        "An authenticator that the employer blocked",
        "lars",
        Loa.SUBSTANTIAL,
        "vat-return",
        "help",
        "log in with the password first: the accountants do not want it used. The practice login opens the way.",
        may=("bakery",),
    ),
    Story(
        "A chain of three",
        "noah",
        Loa.SUBSTANTIAL,
        "payroll",
        "all",
        "the bakery lets its accountants, they let a payroll office, and that lets Noah: all are in the token.",
        may=("bakery",),
        may_not=("peeters",),
    ),
    Story(
        "An administrator with hundreds of clients",
        "lotte",
        Loa.SUBSTANTIAL,
        "vat-return",
        "all",
        "she arranges for the accountants who may do what, and represents nobody herself. On the page of Accountants Peeters"
        " (from her own, mijn toestemmingen) look at the clients: search for K-1001, put one in a team, and see what ends"
        " when. Then ask with a list: klanten.csv, beside the settings of this demo. One line of it is wrong, and the page"
        " says where. Mo (mo) says yes on the page of his business, and it lands in Team Noord. Lotte brings the list again:"
        " nothing is done twice.",
        may_not=("bakery",),
    ),
    Story(
        "A holding above the accountants",
        "fred",
        Loa.SUBSTANTIAL,
        "vat-return",
        "all",
        "sole signatory of the holding that is sole signatory of the accountants: he reaches their clients too.",
        may=("bakery", "peeters", "holding"),
    ),
    Story(
        "An asset administrator's office",
        "ines",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "she acts for Jan through the office. Jan (jan) cannot act for himself there.",
        may=("jan",),
        may_not=("office",),
    ),
    Story(
        "An executor",
        "truus",
        Loa.SUBSTANTIAL,
        "income-tax",
        "all",
        "she acts for Wil, who died. Bram's mandate from Wil ended with that.",
        may=("wil",),
    ),
    Story(
        "Two who sign together",
        "gea",
        Loa.HIGH,
        "vat-return",
        "all",
        "alone she represents nobody, and the page says what to do.",
        may_not=("bos",),
    ),
    Story(
        "One of two has signed",
        "gea",
        Loa.HIGH,
        "energy-label",
        "all",
        "Henk (henk) signed that she may do this by herself. On the page of Bos & Bos (from her own, mijn toestemmingen) she"
        " reads that he has signed and she has not, and says yes. Then she chooses the company at the desk.",
        may_not=("bos",),
    ),
    Story(
        "A trustee in a bankruptcy",
        "vera",
        Loa.SUBSTANTIAL,
        "vat-return",
        "all",
        "she acts for the furniture factory; its director (ton) no longer does.",
        may=("oost",),
    ),
    Story(
        "A printer's own people",
        "sven",
        Loa.SUBSTANTIAL,
        "vat-return",
        "all",
        "nobody lets him do this yet: he asks the printer (Vraag toestemming, KVK number 00198990), and Nina (nina), who"
        " arranges who may work there, says yes on its page. Under “Onze mensen” its director Hugo (hugo) lets others"
        " arrange this too, by a code, decides how people may log in, and ends all that somebody has at once: Uit dienst.",
        may_not=("printer",),
    ),
)
