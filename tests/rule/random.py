#!/usr/bin/python3
"""The rule against the truth, on random histories.

    random.py [HISTORIES [FIRST_SEED]]

A small world knows who is connected and who shows it: servers of each family, clients of each habit.
What a recorder would hear of it is put through the doors of sql/state.sql, the questions are those
that the view question_due wants asked, and they are answered as the family answers. Then: nobody is
called invisible by a stanza that was sent when they were not connected, nobody offline by one that was
sent when they were; who shows a resource is visible; who hides is found wherever the family lets it be
found; the plan ends; and the state is what rebuild.sql makes of the facts. Some watches ask again, round
after round, some are cut and resumed: what was kept meanwhile is told late, what was asked is void. Who
went or came unheard is found out in the next round, and who is said to have been here unshown was; equal
replies leave no more than the first and last.
The first wrong history is printed with its seed.
"""
import sys

del sys.path[0]  # or this file is the module `random`
import heapq
import pathlib
import random
import sqlite3

HERE = pathlib.Path(__file__).resolve().parent
SQL = HERE.parent.parent / "sql"
TIMEOUT = 10_000
HOUR = 3_600_000
STATEMENTS = {name: (SQL / f"{name}.sql").read_text() for name in (
    "wake", "rest", "next_look", "look_again", "drop_questions", "cut_begin", "cut_resumed", "cut_told")}

# What the server says for a resource that is not there (condition, text, echo), and how it names
# itself: in its identity, else in its version, else not at all.
FAMILIES = {
    "Prosody":    dict(identity="Prosody", absent=("service-unavailable", None, None)),
    "restarted":  dict(identity="Prosody", absent=("service-unavailable", None, None)),
    "ejabberd":   dict(identity="ejabberd", absent=("service-unavailable", "User session not found", None)),
    "MongooseIM": dict(identity="MongooseIM", absent=("service-unavailable", "Route offline", None)),
    "jabberd2":   dict(identity="Jabber IM server", version="jabberd2", absent=("service-unavailable", None, None)),
    "Openfire":   dict(identity="Openfire Server", absent=("service-unavailable", None, 1)),
    "Tigase":     dict(identity="Tigase ver. 8", absent=("service-unavailable", None, None)),
    "other":      dict(identity="Some Server", version="XY", absent=("item-not-found", None, None)),
    "dead":       dict(),
}
LISTS_ALL = ("ejabberd", "MongooseIM")
# How a session can be: shown, or hidden in one of these ways.
MODES = {
    "x126": ("ejabberd", "MongooseIM", "Openfire", "Tigase", "jabberd2"),
    "x18": ("jabberd2",),
}
AVAILABLE = ("shown", "x126", "dirunav")


class Wrong(Exception):
    pass


class Session:
    def __init__(self, resource, mode, device, now):
        self.resource, self.mode, self.device, self.since = resource, mode, device, now
        self.told = False          # dirunav: we got its unavailable in this watch


class Contact:
    def __init__(self, name, domain, family, subscription):
        self.bare = name + "@" + domain if name else domain
        self.domain, self.family, self.subscription = domain, family, subscription
        self.sessions = {}         # by resource: who is connected
        self.leaving = {}          # resource: (until when the server still answers for it, was it hidden)
        self.blocks = False
        self.left_at = -HOUR
        self.left = set()          # when someone left,
        self.left_shown = set()    # and had been shown
        self.heard_shown = set()   # the resources whose presence we were told last was available
        self.gone_stanza = 0       # the last unavailable that ended one of them, in this watch

    def truth(self, now):
        """Who is connected; whom the server may say so of, and whether they block us. Of those just leaving
        that is who was hidden: of a shown one we hear the unavailable, and nothing asked within 2 s
        after that may be believed."""
        leaving = {r for r, (until, hidden) in self.leaving.items() if until > now and hidden}
        return set(self.sessions), set(self.sessions) | leaving, self.blocks


class History:
    def __init__(self, seed, db):
        self.rng = random.Random(seed)
        self.db = db
        self.now = 1_000_000_000
        self.step = 0              # how far our clock was set back
        self.events = []           # (time, number, what to do), a heap
        self.numbers = 0
        self.in_order = {}         # JID: when the last stanza of it arrives
        self.past = 0              # how often someone was here, as was found out later
        self.stepped = {}          # stanza: how far our clock was set back when it was heard
        self.truth = {}            # stanza: Contact.truth() when it was sent
        self.open = {}             # question: its target
        self.question = 0
        self.watch = 0
        self.hearing = 0           # the watch, while we are signed in
        self.every = None
        self.kept = None           # while the line is cut: what the server keeps for us
        self.late = False          # it is being told
        self.lossy = True
        self.trace = []
        self.contacts = self.people()

    def people(self):
        rng, contacts = self.rng, {}
        for family in rng.sample(sorted(FAMILIES), rng.choice((1, 1, 2))):
            domain = family.lower() + ".example"
            for name in ("ann", "bob", "cat")[:rng.choice((1, 2, 3))]:
                contact = Contact(name, domain, family, rng.choice(("both",) * 8 + ("to", "from", "none")))
                contacts[contact.bare] = contact
            if rng.random() < 0.1:
                contacts["irc." + domain] = Contact("", "irc." + domain, family, "both")
        return contacts

    # --- time -------------------------------------------------------------------------------------

    def later(self, delay, what, *args):
        self.numbers += 1
        heapq.heappush(self.events, (self.now + delay, self.numbers, what, args))

    def arrive(self, senders, what, *args):
        """The network takes its time, but what one JID sends stays in order."""
        at = self.now + self.rng.choice((20, 50, 50, 200, 800, 1500))
        at = max([at] + [self.in_order.get(sender, 0) + 1 for sender in senders])
        self.in_order.update((sender, at) for sender in senders)
        self.later(at - self.now, what, *args)

    def run(self, until):
        while self.events and self.events[0][0] <= until:
            self.now, _, what, args = heapq.heappop(self.events)
            if self.kept is not None and what in (self.hear_presence, self.hear_other, self.hear_reply):
                self.kept.append((what, args))
            else:
                what(*args)
        self.now = until

    def clock(self):
        return self.now - self.step

    # --- what we hear -----------------------------------------------------------------------------

    def put(self, door, **row):
        self.trace.append((door, row))
        self.db.execute(f"INSERT INTO {door} ({', '.join(row)}) VALUES ({', '.join(':' + k for k in row)})", row)

    def do(self, name, **row):
        known = dict(watch=self.watch, now=self.clock(), at=self.clock())
        self.trace.append((name, dict(known, **row)))
        return self.db.execute(STATEMENTS[name], dict(known, **row))

    def recorded(self, truth):
        stanza = self.db.execute("SELECT max(id) FROM stanza").fetchone()[0]
        self.truth[stanza] = truth
        self.stepped[stanza] = self.step
        self.db.execute("UPDATE watch SET heard_until = max(heard_until, ?) WHERE id = ?", (self.clock(), self.watch))
        self.check()

    def hear_presence(self, watch, contact, resource, type_, delay, shows, truth):
        if watch != self.hearing:
            return
        closes = contact.heard_shown & ({resource} if resource else contact.heard_shown)
        if shows:
            contact.heard_shown.add(resource)
        elif type_ in ("unavailable", "invisible"):
            contact.heard_shown -= closes
            if type_ == "unavailable" and closes:
                contact.gone_stanza = -1
        sender = contact.bare + ("/" + resource if resource else "")
        show, status = self.rng.choice((None, None, "away")), self.rng.choice((None, "lunch"))
        self.put("hear_presence", watch=watch, at=self.clock(), sender=sender, type=type_, show=show, status=status,
                 delay=delay and delay - self.step)
        stanza = self.db.execute("SELECT max(id) FROM stanza").fetchone()[0]
        if contact.gone_stanza == -1:
            contact.gone_stanza = stanza
        self.recorded(truth)

    def tell(self, contact, resource, type_, delay=None, shows=True):
        """The server sends us a presence of theirs, if we may have it."""
        if self.hearing and contact.subscription in ("to", "both") and not contact.blocks and contact.family != "dead":
            full = contact.bare + "/" + resource
            self.arrive((contact, full), self.hear_presence, self.watch, contact, resource, type_,
                        delay, shows and type_ is None, contact.truth(self.now))

    def hear_other(self, watch, contact, resource, kind, type_, delay, truth):
        if watch == self.hearing:
            self.put("hear_other", watch=watch, at=self.clock(), sender=contact.bare + "/" + resource, kind=kind,
                     type=type_, delay=delay)
            # Told late, it says nothing of who is connected now.
            self.recorded((set(), set(), True) if self.late else truth)

    # --- what they do -----------------------------------------------------------------------------

    def again(self, contact):
        """Someone who is shown says so again, perhaps in other words."""
        for resource, session in contact.sessions.items():
            if session.mode == "shown":
                self.tell(contact, resource, None)

    def connect(self, contact):
        resource = self.rng.choice(("phone", "laptop", "web"))
        if resource in contact.sessions or contact.family == "dead":
            return
        mode = self.rng.choice(("shown", "shown", "np") + tuple(m for m, f in MODES.items() if contact.family in f))
        device = self.rng.choice(("answers", "answers", "answers", "refuses", "mute"))
        session = contact.sessions[resource] = Session(resource, mode, device, self.now)
        contact.leaving.pop(resource, None)
        if mode == "shown":
            self.tell(contact, resource, None)
        elif mode == "x18":
            self.tell(contact, resource, "invisible")

    def change(self, contact):
        """Someone who is connected shows or hides."""
        if not contact.sessions:
            return
        session = self.rng.choice(list(contact.sessions.values()))
        was = session.mode
        if was == "shown":
            session.mode = self.rng.choice(("shown", "unav", "unav", "dirunav"))
            session.told = session.mode == "dirunav"
            if session.mode != "dirunav":
                session.since = self.now
            self.tell(contact, session.resource, None if session.mode == "shown" else "unavailable")
        elif session.device != "held":
            session.mode, session.told, session.since = "shown", False, self.now
            self.tell(contact, session.resource, None)

    def hold(self, contact):
        """The line is lost; the server keeps the session for a while."""
        if contact.sessions and contact.family != "jabberd2":
            session = self.rng.choice(list(contact.sessions.values()))
            session.device = "held"

    def disconnect(self, contact):
        if not contact.sessions:
            return
        session = contact.sessions.pop(self.rng.choice(sorted(contact.sessions)))
        contact.left_at = self.now
        contact.left.add(self.now)
        if session.mode == "shown" and not contact.blocks:
            contact.left_shown.add(self.now)
        # The server may need a moment to forget, and send the news before that.
        contact.leaving[session.resource] = (self.now + self.rng.choice((0, 300, 1500)), session.mode != "shown")
        if session.mode in ("shown", "x18") or (session.mode == "dirunav" and self.rng.random() < 0.5):
            self.tell(contact, session.resource, "unavailable")

    def block(self, contact):
        """Whoever shows a presence says unavailable with it, and available when it is over. That someone who
        shows none starts to block us between two questions, or stops, cannot be told."""
        shown = any(s.mode == "shown" for s in contact.sessions.values())
        if self.hearing and not (shown if contact.blocks else contact.heard_shown):
            return
        for resource, session in contact.sessions.items():
            if not contact.blocks and session.mode == "shown":
                self.tell(contact, resource, "unavailable")
        contact.blocks = not contact.blocks
        for resource, session in contact.sessions.items():
            if not contact.blocks and session.mode == "shown":
                self.tell(contact, resource, None)

    def talk(self, contact):
        """A message: fresh from whoever is connected, or an old one that was kept."""
        if contact.sessions and not contact.blocks and self.hearing:
            session = self.rng.choice(list(contact.sessions.values()))
            if session.device != "held":
                self.arrive((contact.bare + "/" + session.resource,), self.hear_other, self.watch, contact,
                            session.resource, "message", "chat", None, contact.truth(self.now))
        elif self.hearing:
            type_, delay = self.rng.choice((("error", None), ("chat", self.clock() - HOUR)))
            self.arrive((contact.bare + "/phone",), self.hear_other, self.watch, contact, "phone", "message", type_, delay,
                        contact.truth(self.now))

    def noise(self, contact):
        self.tell(contact, self.rng.choice(("", "phone")),
                  self.rng.choice(("subscribe", "subscribed", "probe", "error", "strange")))

    def probe(self, contact):
        """A running watch probes who said unavailable; the server answers with what it has."""
        if not self.hearing or contact.heard_shown or not contact.gone_stanza or contact.family not in ("Prosody", "ejabberd"):
            return
        if self.clock() < self.gone_at(contact) + 2000:
            return
        self.question += 1
        self.put("ask", id=self.question, watch=self.watch, at=self.clock(), channel="probe", target=contact.bare,
                 control=0)
        for session in contact.sessions.values():
            if session.mode in ("shown", "dirunav"):
                self.tell(contact, session.resource, None, session.since, not session.told)

    def gone_at(self, contact):
        return self.db.execute("SELECT at FROM stanza WHERE id = ?", (contact.gone_stanza,)).fetchone()[0]

    def push(self, contact):
        contact.subscription = self.rng.choice(("both", "both", "to", "from"))
        if self.hearing:
            self.put("hear_roster", watch=self.watch, at=self.clock(), contact=contact.bare,
                     subscription=contact.subscription)

    # --- what their servers answer ----------------------------------------------------------------

    def answer(self, contact, channel, resource):
        """A reply to a question put to a contact: its columns; None: none comes."""
        family, sessions = contact.family, contact.sessions
        result = dict(type="result")
        lingers = {r for r, (until, _) in contact.leaving.items() if until > self.now}

        def error(condition, text=None, echo=None):
            return dict(type="error", condition=condition, text=text, echo=echo)

        if resource:
            session = sessions.get(resource)
            if session and contact.blocks:
                return error("service-unavailable", None, FAMILIES[family]["absent"][2])
            if session and session.device in ("held", "mute"):
                return None
            if session:
                return result if session.device == "answers" else error("feature-not-implemented")
            if resource in lingers and family == "ejabberd":
                return error("service-unavailable", "User session terminated")
            if family == "jabberd2" and channel == "disco#info":
                return result
            if family == "Tigase" and sessions:
                return error("recipient-unavailable")
            return error(*FAMILIES[family]["absent"])
        available = [s for s in sessions.values() if s.mode in AVAILABLE]
        if channel == "disco#items":
            if contact.blocks and family not in LISTS_ALL:
                return error("service-unavailable" if family in ("Prosody", "restarted") else "forbidden")
            if family in LISTS_ALL:
                return dict(result, items=sorted(set(sessions) | lingers))
            if family == "Openfire":
                return dict(result, items=sorted(s.resource for s in available))
            if family in ("jabberd2", "Tigase"):
                return error("feature-not-implemented")
            return dict(result, items=[])
        if contact.blocks:
            return error(self.rng.choice(("forbidden", "subscription-required", "not-authorized")))
        if family in LISTS_ALL:
            if sessions or lingers:
                return dict(result, seconds=0)
            seconds = (self.now - contact.left_at) // 1000
            return dict(result, seconds=seconds, text=self.rng.choice((None, "Connection closed")))
        just_left = self.now < contact.left_at + 1000
        if family == "jabberd2":
            return dict(result, seconds=0 if available or just_left else (self.now - contact.left_at) // 1000)
        if family == "Openfire":
            return dict(result, seconds=0 if available or just_left else self.rng.choice((-1, 70)))
        if family == "Prosody":     # and 0 when it was restarted
            return dict(result, seconds=self.rng.choice((0, (self.now - contact.left_at) // 1000)))
        return dict(result, seconds=0 if family == "restarted" else self.rng.choice((0, 300)))

    def answer_domain(self, domain, channel):
        family = next(f for f in FAMILIES if f.lower() + ".example" == domain.removeprefix("irc."))
        if family == "dead":
            return dict(type="error", condition=self.rng.choice(("remote-server-not-found", "remote-server-timeout")))
        name = FAMILIES[family].get("identity" if channel == "disco#info" else "version")
        return dict(type="result", software=name)

    # --- what we ask ------------------------------------------------------------------------------

    def ask_what_is_due(self):
        if self.kept is not None:
            return 0
        _, at = self.do("next_look").fetchone()
        if at is not None and at <= self.clock():
            self.do("wake")
        due = self.db.execute("SELECT channel, target, control, due_at FROM question_due WHERE watch = ? "
                              "AND due_at <= ? ORDER BY rank, due_at", (self.watch, self.clock())).fetchall()
        for channel, target, control, _ in due:
            if target in self.open.values():
                raise Wrong(f"{target} is to be asked ({channel}) while a question to it is open")
            self.question += 1
            question = self.question
            self.put("ask", id=question, watch=self.watch, at=self.clock(), channel=channel, target=target,
                     control=control)
            self.open[question] = target
            self.later(TIMEOUT, self.give_up, self.watch, question)
            # It takes a moment until their server, or their device, looks at it.
            self.later(self.rng.choice((10, 10, 100, 700)), self.reply, self.watch, question, channel, target)
        self.do("rest")
        if self.rng.random() < 0.2:
            self.check_rest()
        return len(due)

    def check_rest(self):
        """Nobody at rest has a question due."""
        self.db.execute("SAVEPOINT rest")
        self.db.execute("INSERT OR IGNORE INTO state_look (account, contact) SELECT account, contact FROM state_roster")
        self.db.execute("UPDATE state_look SET until = 0")
        for row in self.db.execute("SELECT channel, target, due_at FROM question_due WHERE watch = ? AND due_at <= ?",
                                   (self.watch, self.clock())):
            raise Wrong(f"at rest, but due: {row}")
        self.db.execute("ROLLBACK TO rest")
        self.db.execute("RELEASE rest")

    def reply(self, watch, question, channel, target):
        bare, _, resource = target.partition("/")
        contact = self.contacts.get(bare)
        if contact and (resource or channel not in ("disco#info", "version")):
            answer = self.answer(contact, channel, resource)
            truth = contact.truth(self.now)
        else:
            answer, truth = self.answer_domain(bare, channel), None
        if self.lossy and self.rng.random() < 0.03:
            answer = dict(type="error", condition="remote-server-timeout")
        if answer is None or (self.lossy and self.rng.random() < 0.05):
            return
        if self.rng.random() < 0.05:
            self.later(1, self.hear_reply, watch, question, "eve@evil.example/x", dict(type="result", seconds=0), None)
        self.arrive((target,), self.hear_reply, watch, question, target, answer, truth)

    def hear_reply(self, watch, question, sender, answer, truth):
        # What was asked before a cut is void; should an answer be written down all the same, it says nothing.
        if watch != self.hearing or (question not in self.open and self.late and self.rng.random() < 0.5):
            return
        columns = dict(answer)
        items = columns.pop("items", ())
        for item in items if question in self.open else ():
            self.put("hear_item", question=question, item=sender + "/" + item)
        self.put("hear_reply", question=question, at=self.clock(), kind="iq", sender=sender, **columns)
        if sender == self.open.get(question):
            del self.open[question]
        self.recorded(truth)

    def give_up(self, watch, question):
        if watch == self.hearing and question in self.open:
            self.put("hear_reply", question=question, at=self.clock(), kind="timeout", sender=self.open.pop(question))
            self.recorded(None)

    # --- watches ----------------------------------------------------------------------------------

    def sign_in(self):
        self.put("begin_watch", account="me@home.example", resource="unseen", began=self.clock(),
                 settle_by=self.clock() + 5000, asks=1, every=self.every)
        self.watch += 1
        self.hearing = self.watch
        self.settled = False
        for contact in self.contacts.values():
            contact.heard_shown, contact.gone_stanza, contact.leaving = set(), 0, {}
            self.put("hear_roster", watch=self.watch, at=self.clock(), contact=contact.bare,
                     subscription=contact.subscription)
            shown = [s for s in contact.sessions.values() if s.mode in ("shown", "dirunav")]
            for session in contact.sessions.values():
                session.told = False
                if session in shown:
                    self.tell(contact, session.resource, None, session.since)
                elif session.mode == "x18":
                    self.tell(contact, session.resource, "invisible", session.since)
                elif session.mode == "unav" and contact.family == "Tigase":
                    self.tell(contact, session.resource, "unavailable")
            if not shown and contact.family in ("Prosody", "restarted", "jabberd2"):
                self.tell(contact, "", "unavailable")
        self.later(1600, self.settle, self.watch)

    def settle(self, watch):
        if watch == self.hearing:
            self.settled = True
            self.db.execute("UPDATE watch SET settled_at = ? WHERE id = ? AND settled_at IS NULL", (self.clock(), watch))

    def cut(self):
        self.do("cut_begin", reason="lost")
        self.kept = []

    def resume(self):
        self.do("cut_resumed")
        self.do("drop_questions")
        self.open.clear()
        kept, self.kept, self.late = self.kept, None, True
        for what, args in kept:
            self.now += self.rng.choice((0, 10))
            what(*args)
            if self.rng.random() < 0.1:
                self.ask_what_is_due()
        self.late = False
        self.do("cut_told")

    def pass_time(self):
        """Minutes, in which rounds begin and end, and the line may be cut."""
        for _ in range(self.rng.choice((0, 1, 5, 20))):
            if self.rng.random() < 0.1 and self.kept is None:
                self.cut()
            if self.rng.random() < 0.05:
                self.do("look_again")
            if self.rng.random() < 0.1:
                self.rng.choice((self.disconnect, self.connect, self.hold, self.talk))(
                    self.rng.choice(list(self.contacts.values())))
            for step in (1000, 500, 500, 3000, self.rng.choice((1000, TIMEOUT, 50_000))):
                self.run(self.now + step)
                self.ask_what_is_due()
            if self.kept is not None and self.rng.random() < 0.7:
                self.resume()

    def sign_out(self):
        self.kept = None
        self.hearing = 0
        self.open.clear()
        if self.rng.random() < 0.7:
            self.db.execute("UPDATE watch SET ended = heard_until, reason = 'done' WHERE id = ? AND ended IS NULL",
                            (self.watch,))

    # --- what must hold ---------------------------------------------------------------------------

    def check(self):
        for bare, verdict, sign, resource, proof in self.db.execute(
                "SELECT contact, verdict, sign, resource, proof FROM contact_status"):
            contact = self.contacts[bare]
            if verdict == "unsubscribed" or contact.subscription in ("from", "none"):
                if (verdict == "unsubscribed") != (contact.subscription in ("from", "none")):
                    raise Wrong(f"{bare} is {verdict}, the subscription is {contact.subscription}")
                continue
            if (verdict == "visible") != bool(contact.heard_shown):
                raise Wrong(f"{bare} is {verdict}, shown are {contact.heard_shown or 'none'}")
            if verdict in ("invisible", "offline"):
                connected, held, blocks = self.truth[proof]
                if blocks and contact.blocks and verdict == "invisible":
                    raise Wrong(f"{bare} is invisible by stanza {proof} ({sign}), but blocked us")
                if proof <= contact.gone_stanza:
                    raise Wrong(f"{bare} is {verdict} by stanza {proof}, but left with {contact.gone_stanza}")
                if verdict == "invisible" and not (resource in held if resource else held):
                    raise Wrong(f"{bare} is invisible by stanza {proof} ({sign}), but was not connected")
                if verdict == "offline" and (resource in connected if resource else connected):
                    raise Wrong(f"{bare} is offline by stanza {proof} ({sign}), but was connected")

    def check_found(self):
        """Nothing moves any more, and all questions were answered: who could be found was found."""
        for bare, verdict, certainty, sign in self.db.execute(
                "SELECT contact, verdict, certainty, sign FROM contact_status"):
            contact = self.contacts[bare]
            sessions = contact.sessions.values()
            on_record = {r for r, in self.db.execute("SELECT resource FROM resource_status WHERE contact = ?", (bare,))}
            answering = [s for s in sessions if s.device in ("answers", "refuses")
                         and (s.resource in on_record or contact.family in LISTS_ALL)]
            listed = (contact.family in LISTS_ALL
                      or (contact.family in ("Openfire", "jabberd2") and any(s.mode == "x126" for s in sessions))
                      or any(s.mode == "x18" for s in sessions)
                      or (contact.family == "Tigase" and any(s.mode == "unav" for s in sessions)))
            if contact.subscription in ("from", "none"):
                expected = {"unsubscribed"}
            elif any(s.mode in ("shown", "dirunav") for s in sessions) and not contact.blocks:
                expected = {"visible"}
            elif contact.family == "dead" or "@" not in bare:
                expected = {"unknown"}
            elif not sessions:
                expected = {"offline"} if contact.family in LISTS_ALL else {"unknown"}
            elif contact.blocks:
                expected = {"unknown"}
            elif answering or listed:
                expected = {"invisible"}
            else:
                expected = {"unknown", "suspected"}
            if verdict not in expected:
                raise Wrong(f"at the end {bare} is {verdict} ({sign}), not {' or '.join(sorted(expected))}")
            if verdict == "invisible" and answering and certainty != "proof":
                raise Wrong(f"at the end {bare} is invisible by {certainty} only")

    def check_rebuild(self):
        names = [n for n, in self.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'state_*'")]
        kept = {n: set(self.db.execute(f"SELECT * FROM {n}")) for n in names if n not in ("state_roster", "state_look")}
        for name in names:
            self.db.execute(f"DELETE FROM {name}")
        for statement in (SQL / "rebuild.sql").read_text().split(";\n"):
            self.db.execute(statement)
        for name, rows in kept.items():
            made = set(self.db.execute(f"SELECT * FROM {name}"))
            if made != rows:
                raise Wrong(f"{name} rebuilt: {made - rows} instead of {rows - made}")

    def check_shown(self):
        """Where a history says shown, show and status are those of the stanza it begins with, and they change there;
        what is shown now is what was said last. Read in the facts, not in the state."""
        said = {}
        for stanza, sender, type_, show, status in self.db.execute(
                "SELECT s.id, s.sender, s.type, s.show, s.status FROM stanza AS s WHERE s.kind = 'presence' ORDER BY s.id"):
            said[stanza] = (sender, type_, show, status)
        for bare, resource, began_by, ended_by, show, status in self.db.execute(
                "SELECT contact, resource, began_by, ended_by, show, status FROM resource_history WHERE state = 'shown'"):
            sender, type_, *words = said[began_by]
            if type_ is not None or words != [show, status]:
                raise Wrong(f"{bare}/{resource} is shown as {show}, {status} by stanza {began_by}: {said[began_by]}")
            if ended_by and said[ended_by] == said[began_by]:
                raise Wrong(f"{bare}/{resource} says the same in {began_by} and {ended_by}, and is cut")
            for stanza in range(began_by + 1, ended_by or 0):
                if said.get(stanza, (0,))[0] == sender and said[stanza][1] is None and said[stanza] != said[began_by]:
                    raise Wrong(f"{bare}/{resource} says something else in {stanza}, and is not cut")
        for bare, resource, show, status in self.db.execute(
                "SELECT contact, resource, show, status FROM resource_status WHERE shown"):
            last = self.db.execute(
                "SELECT p.show, p.status FROM presence_log AS p WHERE p.contact = ? AND p.resource = ? AND p.type IS NULL "
                "ORDER BY p.id DESC LIMIT 1", (bare, resource)).fetchone()
            if last != (show, status):
                raise Wrong(f"{bare}/{resource} is shown as {show}, {status}, but said {last}")

    def check_past(self):
        """Who was here unshown, as was found out later, left just then."""
        for bare, until, after, proof in self.db.execute(
                "SELECT j.bare, p.until, b.at, p.stanza FROM state_past AS p JOIN jid AS j ON j.id = p.contact "
                "JOIN stanza AS b ON b.id = p.before WHERE p.stanza IN (SELECT proof FROM was_here)"):
            contact = self.contacts[bare]
            left = [at for at in contact.left if -1000 <= until + self.stepped[proof] - at <= 4000]
            if not left or contact.left_shown & set(left) or until <= after:
                raise Wrong(f"{bare} was here until {until}, says stanza {proof}: it left at {sorted(contact.left)}")
            self.past += 1

    def check_sound(self):
        for statement in (HERE / "invariants.sql").read_text().split(";\n"):
            for row in self.db.execute(statement):
                raise Wrong(str(row))

    # --- one history ------------------------------------------------------------------------------

    def play(self):
        rng = self.rng
        deeds = (self.connect, self.connect, self.connect, self.again, self.again, self.change, self.change,
                 self.disconnect, self.disconnect, self.hold, self.talk, self.noise, self.probe, self.block, self.push)
        for _ in range(rng.choice((1, 2, 3))):
            if rng.random() < 0.5:
                for contact in self.contacts.values():
                    self.connect(contact)
            self.run(self.now + 20_000)
            self.every = rng.choice((None, 60_000, 300_000, HOUR))
            self.sign_in()
            for _ in range(rng.randrange(4, 14)):
                if rng.random() < 0.6:
                    rng.choice(deeds)(rng.choice(list(self.contacts.values())))
                # What is part of the sign-in goes by time; only Tigase's proof depends on it.
                if rng.random() < 0.01 and self.settled and not any(c.family == "Tigase" for c in self.contacts.values()):
                    self.step += HOUR
                for _ in range(rng.choice((1, 3))):
                    self.run(self.now + rng.choice((100, 1100, 2100, 4000)))
                    self.ask_what_is_due()
                if self.every and rng.random() < 0.3:
                    self.pass_time()
            if rng.random() < 0.2:
                self.check_rebuild()
            self.sign_out()
        self.run(self.now + 60_000)
        self.lossy = False
        self.every = rng.choice((None, 60_000, HOUR))
        self.sign_in()
        self.run(self.now + 4000)
        self.ask_until_the_plan_ends()
        self.check_found()
        if self.every:
            self.ask_again()
        self.check_shown()
        self.check_past()
        self.check_sound()
        self.check_rebuild()

    def ask_until_the_plan_ends(self):
        for _ in range(150):
            if not self.ask_what_is_due() and not self.open:
                break
            self.run(self.now + 3000)
        else:
            raise Wrong("the plan does not end")
        if self.db.execute("SELECT count(*) FROM question_due").fetchone()[0]:
            raise Wrong("questions are left")

    def ask_again(self):
        """Hidden ones leave unheard, others come unheard: the next rounds find out."""
        for contact in self.contacts.values():
            for session in [s for s in contact.sessions.values() if s.mode not in ("shown", "x18", "dirunav")]:
                # Where the server's word for "absent" is no denial, nothing takes a proof back.
                if self.rng.random() < 0.3 and contact.family not in ("Tigase", "other"):
                    del contact.sessions[session.resource]
                    contact.left_at = self.now
                    contact.left.add(self.now)
            if self.rng.random() < 0.2 and contact.family != "dead":
                contact.sessions.setdefault("new", Session("new", "np", "answers", self.now))
        for _ in range(self.rng.choice((1, 6))):
            self.run(self.now + self.every // 2)
            for contact in self.contacts.values():
                if self.rng.random() < 0.3 and contact.family != "dead" and not contact.sessions:
                    contact.left_at = self.now      # someone came, showed nothing, and went
                    contact.left.add(self.now)
            self.run(self.now + self.every // 2 + 11_000)
            self.ask_until_the_plan_ends()
        self.check_found()
        self.check_runs()

    def check_runs(self):
        """Equal replies with nothing in between: the first and the last of a run are left, the proof of a silence, and
        questions that someone else claimed to answer."""
        for run, kept in self.db.execute(
                "SELECT run, count(*) FROM stanza AS s WHERE run IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stanza AS o "
                "WHERE o.question = s.question AND o.id <> s.id) GROUP BY run HAVING count(*) > 2"):
            raise Wrong(f"run {run} has {kept + 1} stanzas")


def main():
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=1000)
    for part in ("schema_1", "schema_2", "state", "views"):
        db.executescript((SQL / f"{part}.sql").read_text())
    for pragma in ("foreign_keys = ON", "trusted_schema = OFF", "recursive_triggers = OFF"):
        db.execute("PRAGMA " + pragma)
    past = 0
    for seed in range(first, first + histories):
        history = History(seed, db)
        db.execute("BEGIN")
        try:
            history.play()
            past += history.past
        except Wrong as wrong:
            for door, row in history.trace:
                print(door, {k: v for k, v in row.items() if v is not None})
            print(f"seed {seed}: {wrong}")
            return 1
        finally:
            db.execute("ROLLBACK")
    print(f"{histories} histories, seeds {first} to {first + histories - 1}: all as it was; {past} times someone was here unshown")
    return 0


if sqlite3.sqlite_version_info < (3, 40):
    sys.exit(f"SQLite {sqlite3.sqlite_version} is older than 3.40")
sys.exit(main())
