package io.tagma.engine.oracle;

import static io.tagma.engine.oracle.CollectionScenarios.count;
import static io.tagma.engine.oracle.CollectionScenarios.exists;
import static io.tagma.engine.oracle.CollectionScenarios.existsIn;
import static io.tagma.engine.oracle.CollectionScenarios.test;
import static io.tagma.engine.oracle.Story.cartAt;
import static io.tagma.engine.oracle.Story.eventAt;
import static io.tagma.engine.oracle.Story.item;
import static io.tagma.engine.oracle.Story.itemAt;
import static io.tagma.engine.oracle.Story.ms;
import static io.tagma.engine.oracle.Story.orderAt;
import static io.tagma.engine.oracle.Story.values;

import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.SubjectKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Kinds, consents, validity, references, expiry, logins, erasure and look-ups, computed by hand. */
final class SubjectScenarios {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final String NOON = "2026-03-10T12:00:00Z";
    private static final String EVERYONE = "{'condition':{'none':[]}}";
    private static final String VISITORS = "{'applyTo':'VISITORS','condition':{'none':[]}}";
    private static final String REGISTERED = "{'applyTo':'REGISTERED','condition':{'none':[]}}";

    private final List<Scenario> scenarios = new ArrayList<>();

    private SubjectScenarios() {
    }

    static List<Scenario> all() {
        final SubjectScenarios all = new SubjectScenarios();
        all.kinds();
        all.consents();
        all.validity();
        all.references();
        all.expiry();
        all.logins();
        all.mergedRecords();
        all.mergedCarts();
        all.mergedConsents();
        all.aliases();
        all.erasure();
        all.lookups();
        all.causes();
        return all.scenarios;
    }

    private void add(final Story story) {
        scenarios.add(story.end());
    }

    private static Story story(final String name) {
        return new Story(name, NOON);
    }

    // ----- kinds

    private void kinds() {
        add(story("what names an unknown key creates a visitor for views, events and carts, a customer for all else")
            .segment("g", VISITORS).segment("r", REGISTERED).view("v1", "a").event("v2", "x").cart("v3", List.of())
            .clearCart("v4", "base").in("v1", "g").in("v2", "g").in("v3", "g").in("v4", "g").out("v1", "r")
            .order("c1", "1").accept(new Command.GroupAssign("c2", 2, null)).consent("c3", "m", true).wish("c4", "a")
            .customer("c5").accept(new Command.OrderDelete("c6", "1", null))
            .in("c1", "r").in("c2", "r").in("c3", "r").in("c4", "r").in("c5", "r").in("c6", "r").out("c1", "g")
            .inGroup("c2", 2).inGroup("c3", 1).inGroup("v3", 0));
        add(story("what contradicts the kind is refused, and carts, views and events suit both")
            .visitor("v").customer("c").refuse(orderAt("v", "1", null, List.of()))
            .refuse(new Command.OrderDelete("v", "1", null)).refuse(new Command.GroupAssign("v", 1, null))
            .refuse(new Command.SubjectUpsert("v", null, null, 1, List.of(), null, null))
            .view("v", "a").event("v", "x").cart("v", List.of()).clearCart("v", null)
            .view("c", "a").event("c", "x").cart("c", List.of()).clearCart("c", null)
            .holds("c", "{'all':[" + count("view", 1) + "," + count("event:x", 1) + "," + count("order", 0) + "]}")
            .holds("v", "{'all':[" + count("view", 1) + "," + count("event:x", 1) + "," + count("order", 0) + "]}"));
        add(story("a visitor is always in group 0").group(10, "Gold").website("de", 2, "Europe/Berlin", 10)
            .accept(new Command.SubjectUpsert("v", SubjectKind.VISITOR, "de", null, List.of(), null, null))
            .inGroup("v", 0).holds("v", "{'attr':'group','op':'eq','v':'not logged in'}")
            .fails("v", "{'attr':'group','op':'ne','v':0}").viewOf("de", "w", "a").inGroup("w", 0));
        add(story("an attribute not visitorAllowed is refused on a visitor, its null too").declare("x", "INT")
            .declare("y", "INT", true).view("v", "a")
            .refuse(new Command.SubjectUpsert("v", null, null, null, values("y", 1, "x", 1), null, null))
            .refuse(new Command.SubjectUpsert("v", null, null, null, values("x", null), null, null))
            .holds("v", "{'attr':'y','op':'notSet'}").accept(Story.upsert("v", "y", 1))
            .holds("v", "{'attr':'y','op':'eq','v':1}"));
    }

    // ----- consents

    private void consents() {
        final String marketing = "{'purpose':'marketing','condition':{'none':[]}}";
        add(story("consent gates membership at once").segment("s", marketing).customer("c").out("c", "s")
            .consent("c", "marketing", true).in("c", "s").entered("c", "s", Cause.CONSENT)
            .consent("c", "marketing", false).out("c", "s").left("c", "s", Cause.CONSENT)
            .consent("c", "marketing", true).in("c", "s"));
        add(story("each purpose has its own consent").segment("s", marketing)
            .segment("p", "{'purpose':'Marketing','condition':{'none':[]}}").segment("k", EVERYONE)
            .consent("c", "Marketing", true).out("c", "s").in("c", "p").in("c", "k").consent("c", "marketing", true)
            .consent("c", "Marketing", false).in("c", "s").out("c", "p").in("c", "k"));
        add(story("a visitor may consent").segment("s", marketing).view("v", "a").out("v", "s")
            .consent("v", "marketing", true).in("v", "s").consent("v", "marketing", false).out("v", "s"));
        add(story("not x is asked in the universe").segment("s",
            "{'purpose':'marketing','applyTo':'REGISTERED','condition':{'none':[" + exists("order") + "]}}")
            .customer("a").consent("b", "marketing", true).visitor("v").consent("v", "marketing", true)
            .out("a", "s").in("b", "s").out("v", "s").order("b", "1").out("b", "s"));
        add(story("a purpose gates what refers to it").segment("s", marketing).condition("r", "{'segment':'s'}")
            .condition("n", "{'none':[{'segment':'s'}]}").customer("c").out("c", "r").in("c", "n")
            .consent("c", "marketing", true).in("c", "r").out("c", "n").entered("c", "r", Cause.CONSENT)
            .left("c", "n", Cause.CONSENT));
        add(story("a segment that gets a purpose loses whoever was not asked").segment("s", EVERYONE).customer("a")
            .consent("b", "marketing", true).in("a", "s").in("b", "s").segment("s", marketing).out("a", "s")
            .in("b", "s")
            .left("a", "s", Cause.DEFINITION));
    }

    // ----- validity

    private void validity() {
        add(story("validity begins and ends by the clock")
            .segment("s", "{'validFrom':'2026-03-10T13:00:00Z','validTo':'2026-03-10T14:00:00Z',"
                + "'condition':{'none':[]}}")
            .segment("from", "{'validFrom':'2026-03-10T13:00:00Z','condition':{'none':[]}}")
            .segment("to", "{'validTo':'2026-03-10T13:00:00Z','condition':{'none':[]}}")
            .customer("c").out("c", "s").out("c", "from").in("c", "to")
            .at(ms("2026-03-10T13:00:00Z") - 1).out("c", "s").out("c", "from").in("c", "to")
            .later(1).in("c", "s").in("c", "from").out("c", "to").entered("c", "s", Cause.TIME)
            .entered("c", "from", Cause.TIME).left("c", "to", Cause.TIME)
            .at(ms("2026-03-10T14:00:00Z") - 1).in("c", "s").later(1).out("c", "s").in("c", "from")
            .left("c", "s", Cause.TIME));
        add(story("somebody new counts only while it is valid")
            .segment("s", "{'validFrom':'2026-03-10T13:00:00Z','condition':" + exists("view") + "}").view("v", "a")
            .out("v", "s").at("2026-03-10T13:00:00Z").in("v", "s").view("w", "a").in("w", "s")
            .segment("s", "{'validTo':'2026-03-10T13:00:00Z','condition':" + exists("view") + "}").out("v", "s")
            .left("w", "s", Cause.DEFINITION).view("x", "a").out("x", "s"));
        add(story("an end at or before the beginning is never valid")
            .segment("s", "{'validFrom':'2026-03-10T13:00:00Z','validTo':'2026-03-10T13:00:00Z',"
                + "'condition':{'none':[]}}").customer("c").out("c", "s").at("2026-03-10T13:00:00Z").out("c", "s"));
        add(story("validity is followed through a reference")
            .segment("s", "{'validFrom':'2026-03-10T13:00:00Z','validTo':'2026-03-10T14:00:00Z',"
                + "'condition':{'none':[]}}")
            .condition("r", "{'segment':'s'}").condition("n", "{'none':[{'segment':'r'}]}").customer("c")
            .at(ms("2026-03-10T13:00:00Z") - 1).out("c", "r").in("c", "n").later(1).in("c", "r").out("c", "n")
            .entered("c", "r", Cause.TIME).left("c", "n", Cause.TIME)
            .at(ms("2026-03-10T14:00:00Z") - 1).in("c", "r").later(1).out("c", "r").in("c", "n"));
        add(story("an edit of status is a definition's change").segment("s", EVERYONE).customer("c")
            .segment("s", "{'status':'PAUSED','condition':{'none':[]}}").left("c", "s", Cause.DEFINITION)
            .segment("s", "{'status':'ACTIVE','condition':{'none':[]}}").entered("c", "s", Cause.DEFINITION)
            .accept(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "s", -1, false))
            .left("c", "s", Cause.DEFINITION));
        add(story("everyone in the universe needs confirmAll, whatever the universe")
            .noSegment("s", "{'applyTo':'VISITORS','purpose':'m','condition':{'all':[]}}")
            .segment("s", "{'applyTo':'VISITORS','confirmAll':true,'condition':{'all':[]}}").customer("c")
            .view("v", "a")
            .in("v", "s").out("c", "s").noSegment("s", "{'applyTo':'VISITORS'}").in("v", "s")
            .holds("v", "{'all':[{'all':[]}]}"));
    }

    // ----- references

    private void references() {
        add(story("a change runs through all depths at one instant").condition("a", exists("view"))
            .condition("b", "{'segment':'a'}").condition("c", "{'none':[{'segment':'b'}]}")
            .condition("d", "{'all':[{'segment':'b'},{'none':[{'segment':'c'}]}]}").visitor("v").in("v", "c")
            .out("v", "d").view("v", "x").in("v", "a").in("v", "b").out("v", "c").in("v", "d")
            .entered("v", "d", Cause.EVENT).left("v", "c", Cause.EVENT));
        add(story("time runs through all depths at one instant")
            .condition("a", existsIn("view", "{'last':'PT1H'}")).condition("b", "{'none':[{'segment':'a'}]}")
            .condition("c", "{'all':[{'segment':'b'}," + exists("view") + "]}").view("v", "x").out("v", "c")
            .later(HOUR - 1).in("v", "a").out("v", "b").out("v", "c").later(1).out("v", "a").in("v", "b").in("v", "c")
            .entered("v", "c", Cause.TIME));
        add(story("a cycle of three is refused").condition("a", exists("view")).condition("b", "{'segment':'a'}")
            .condition("c", "{'any':[{'segment':'b'}]}").noSegment("a", "{'condition':{'none':[{'segment':'c'}]}}")
            .view("v", "x").in("v", "c"));
        add(story("a segment deleted by force comes back, and what refers to it follows").condition("a", exists("view"))
            .condition("b", "{'segment':'a'}").view("v", "x").in("v", "b")
            .accept(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "a", -1, true)).out("v", "b")
            .left("v", "b", Cause.DEFINITION).noSegment("n", "{'condition':{'segment':'a'}}")
            .noSegment("a", "{'condition':{'segment':'b'}}").condition("a", exists("view")).in("v", "b")
            .condition("n", "{'segment':'a'}").in("v", "n"));
        add(story("editing a segment rebuilds its dependents in the same swap").condition("a", exists("view"))
            .condition("b", "{'segment':'a'}").condition("c", "{'none':[{'segment':'b'}]}").view("v", "x").visitor("w")
            .in("v", "b").in("w", "c").condition("a", exists("order")).out("v", "b").in("v", "c")
            .condition("a", "{'none':[]}").in("w", "b").out("w", "c").left("w", "c", Cause.DEFINITION));
        add(story("a reference asks for the universe of the other").website("de", 2, "Europe/Berlin")
            .segment("a", "{'websites':['de'],'applyTo':'REGISTERED','condition':{'none':[]}}")
            .condition("b", "{'segment':'a'}").condition("n", "{'none':[{'segment':'a'}]}").customer("c").visitor("v")
            .out("c", "b").in("c", "n").out("v", "b").customerOf("de", "c").in("c", "b").out("c", "n"));
        add(story("references count as often as they are true").condition("a", exists("view"))
            .condition("b", exists("event:x")).condition("k", exists("cart"))
            .condition("s", "{'atLeast':2,'of':[{'segment':'a'},{'segment':'b'},{'segment':'k'}]}").view("v", "p")
            .out("v", "s").event("v", "x").in("v", "s").cart("v", List.of()).in("v", "s"));
    }

    // ----- expiry

    private void expiry() {
        add(story("each applied line prolongs a visitor, and at its end the key is unknown").segment("s", EVERYONE)
            .declare("y", "INT", true).view("v", "a").later(29 * DAY).event("v", "x").later(29 * DAY)
            .cart("v", List.of())
            .later(29 * DAY).wish("v", "a").later(29 * DAY).consent("v", "m", true).later(29 * DAY).clearCart("v", null)
            .later(29 * DAY).unwish("v", "b").later(29 * DAY).visitor("v", "y", 1).later(29 * DAY).view("v", "b")
            .later(30 * DAY - 1).in("v", "s").later(1).out("v", "s").left("v", "s", Cause.EXPIRE).inGroup("v", 0));
        add(story("nothing of an expired visitor comes back with its key").segment("s", EVERYONE).view("v", "a")
            .wish("v", "a").consent("v", "m", true).cart("v", List.of()).later(30 * DAY).view("v", "b").in("v", "s")
            .holds("v", "{'all':[" + count("view", 1) + "," + count("wishlistItem", 0) + "," + count("cart", 0) + "]}")
            .segment("m", "{'purpose':'m','condition':{'none':[]}}").out("v", "m"));
        add(story("look-ups do not prolong a visitor").segment("s", VISITORS).view("v", "a").later(30 * DAY - 1)
            .shows("v", null, "s").in("v", "s").later(1).out("v", "s"));
        add(story("a line that is not applied does not prolong a visitor").segment("s", EVERYONE)
            .accept(new Command.View("v", "a", null, null, "e1")).later(HOUR)
            .accept(new Command.View("v", "a", null, null, "e1"))
            .refuse(new Command.View("v", "a", null, "nowhere", null)).refuse(orderAt("v", "1", null, List.of()))
            .noLogin("v", "nobody").later(30 * DAY - HOUR - 1).in("v", "s").later(1).out("v", "s"));
        add(story("a logout of a visitor who is not logged in prolongs it").segment("s", EVERYONE).view("v", "a")
            .later(DAY).logout("v").later(30 * DAY - 1).in("v", "s").later(1).out("v", "s"));
        add(story("an expired visitor's key may be a customer's").segment("r", REGISTERED).view("v", "a")
            .later(30 * DAY - 1).refuse(orderAt("v", "1", null, List.of())).later(1).order("v", "1").in("v", "r")
            .later(365 * DAY).in("v", "r"));
        add(story("expiry runs through references and records go with it").condition("a", exists("view"))
            .condition("b", "{'segment':'a'}").view("v", "p").later(30 * DAY).out("v", "a").out("v", "b")
            .left("v", "b", Cause.EXPIRE));
        add(story("what leaves by time before the end says so, what leaves at the end says expiry")
            .condition("a", existsIn("view", "{'last':'P30D'}")).condition("b", existsIn("view", "{'last':'P29D'}"))
            .view("v", "p").later(29 * DAY).left("v", "b", Cause.TIME).in("v", "a").later(DAY).out("v", "a"));
        add(story("a visitor expired a moment ago merges nothing").segment("s", EVERYONE).customer("c").view("v", "a")
            .later(30 * DAY).login("v", "c").holds("c", count("view", 0)).in("v", "s").view("v", "b")
            .holds("c", count("view", 1)));
    }

    // ----- logins

    private void logins() {
        add(story("a login gives the customer what the visitor did").segment("g", VISITORS).segment("k", EVERYONE)
            .condition("s", exists("view", test("product", "eq", "'a'"))).customer("c").view("v", "a").in("v", "g")
            .in("v", "s").out("c", "s").login("v", "c").in("c", "s").entered("c", "s", Cause.MERGE)
            .left("v", "g", Cause.MERGE).left("v", "k", Cause.MERGE).left("v", "s", Cause.MERGE)
            .out("v", "g").out("c", "g"));
        add(story("look-ups and lines for a logged-in visitor go to the customer").segment("r", REGISTERED)
            .accept(new Command.SubjectUpsert("c", null, null, 2, List.of(), null, null)).view("v", "a").login("v", "c")
            .in("v", "r").inGroup("v", 2).shows("v", null, "r").view("v", "b").event("v", "x").cart("v", List.of())
            .wish("v", "a").order("v", "1").customer("v", "firstname", "Eva")
            .holds("c", "{'all':[" + count("view", 2) + "," + count("event:x", 1) + "," + count("cart", 1) + ","
                + count("wishlistItem", 1) + "," + count("order", 1) + ",{'attr':'firstname','op':'eq','v':'eva'}]}")
            .refuse(new Command.SubjectUpsert("v", SubjectKind.VISITOR, null, null, List.of(), null, null))
            .accept(new Command.GroupAssign("v", 3, null)).inGroup("c", 3));
        add(story("the customer of a login must exist and be one").segment("g", VISITORS).view("v", "a").view("w", "a")
            .customer("c").noLogin("v", "nobody").noLogin("v", "w").noLogin("c", "c").noLogin("v", "v").in("v", "g")
            .in("w", "g").segment("k", EVERYONE).out("nobody", "k").login("v", "c").noLogin("w", "v").in("w", "g"));
        add(story("a customer does not log in as a visitor").customer("c").customer("d").noLogin("d", "c")
            .segment("r", REGISTERED).in("d", "r").in("c", "r").refuse(new Command.Logout("d", null)));
        add(story("a visitor nobody knows may log in").segment("k", EVERYONE).customer("c").login("v", "c").in("v", "k")
            .view("v", "a").holds("c", count("view", 1)).logout("v").out("v", "k").inGroup("v", 0));
        add(story("logging in again changes nothing").customer("c").view("v", "a").login("v", "c").login("v", "c")
            .holds("c", count("view", 1)).view("v", "a").holds("c", count("view", 2)));
        add(story("after a logout the key is unknown again").segment("g", VISITORS).segment("k", EVERYONE).customer("c")
            .view("v", "a").login("v", "c").logout("v").out("v", "k").out("v", "g").view("v", "b").in("v", "g")
            .holds("v", count("view", 1)).holds("c", count("view", 1)).login("v", "c").holds("c", count("view", 2)));
        add(story("a logout of nobody is fine and creates nobody").segment("k", EVERYONE).logout("x").out("x", "k")
            .view("v", "a").logout("v").in("v", "k").holds("v", count("view", 1)));
        add(story("login into another customer first cuts the alias").segment("r", REGISTERED).customer("a")
            .customer("b")
            .view("v", "x").login("v", "a").view("v", "y").login("v", "b").view("v", "z")
            .holds("a", count("view", 2)).holds("b", count("view", 1)).order("v", "1").holds("b", count("order", 1))
            .holds("a", count("order", 0)).logout("v").view("v", "w").holds("b", count("view", 1)).out("v", "r"));
        add(story("customers who share a browser see only their own").condition("vip", exists("order")).customer("a")
            .customer("b").order("a", "1").view("v", "x").login("v", "a").in("v", "vip").shows("v", null, "vip")
            .logout("v").out("v", "vip").hides("v", null, "vip").view("v", "y").out("v", "vip").login("v", "b")
            .out("v", "vip").hides("v", null, "vip").login("v", "a").in("v", "vip"));
        add(story("several visitors are one customer").customer("c").view("v", "a").view("w", "b").login("v", "c")
            .login("w", "c").holds("c", count("view", 2)).view("v", "c").view("w", "d").holds("c", count("view", 4))
            .logout("v").segment("k", EVERYONE).out("v", "k").in("w", "k"));
        add(story("attributes, group and website of the visitor are dropped").website("de", 2, "Europe/Berlin")
            .declare("y", "INT", true).declare("z", "INT", true).customer("c", "y", 1)
            .accept(new Command.SubjectUpsert("v", SubjectKind.VISITOR, "de", null, values("y", 2, "z", 3), null, null))
            .login("v", "c").holds("c", "{'attr':'y','op':'eq','v':1}").holds("c", "{'attr':'z','op':'notSet'}")
            .holds("c", "{'attr':'website','op':'eq','v':'base'}").holds("c", "{'attr':'group','op':'eq','v':1}"));
        add(story("a login sent twice with one id happens once").segment("k", EVERYONE).customer("c").view("v", "a")
            .accept(new Command.Login("v", "c", "e")).logout("v").accept(new Command.Login("v", "c", "e"))
            .out("v", "k"));
        add(story("a line sent again after the login is the same line").customer("c")
            .accept(new Command.View("v", "a", null, null, "e")).login("v", "c")
            .accept(new Command.View("v", "a", null, null, "e")).holds("c", count("view", 1))
            .accept(new Command.View("c", "a", null, null, "e")).holds("c", count("view", 2)));
        add(story("what the login brought leaves by its own time")
            .condition("s", existsIn("view", "{'last':'P1D'}")).customer("c").view("v", "a").later(HOUR).login("v", "c")
            .in("c", "s").later(DAY - HOUR - 1).in("c", "s").later(1).out("c", "s"));
        add(story("what the visitor did ahead of time is the customer's at its t").condition("s", exists("view"))
            .customer("c").viewAt("v", "a", ms(NOON) + 5 * MINUTE).login("v", "c").out("c", "s").later(5 * MINUTE - 1)
            .out("c", "s").later(1).in("c", "s").entered("c", "s", Cause.TIME));
        add(story("an alias does not expire").segment("k", EVERYONE).customer("c").view("v", "a").login("v", "c")
            .later(400 * DAY).in("v", "k").view("v", "b").holds("c", count("view", 2)));
        add(story("sample asks for the customer's key").customer("42").login("v:8f1c", "42")
            .holds("v:8f1c", "{'sample':{'salt':'winter-26','from':7878,'to':7879}}")
            .fails("v:8f1c", "{'sample':{'salt':'winter-26','from':3801,'to':3802}}"));
    }

    // ----- what a login merges

    private void mergedRecords() {
        final Story ring = story("rings are trimmed to the newest two hundred of both").customer("c")
            .viewAt("c", "c-old", ms(NOON) - 2 * HOUR).viewAt("v", "v-old", ms(NOON) - HOUR);
        for (int i = 0; i < 100; i++) {
            ring.view("c", "p").view("v", "p");
        }
        add(ring.holds("c", count("view", 101)).login("v", "c").holds("c", count("view", 200))
            .fails("c", exists("view", test("product", "eq", "'c-old'")))
            .fails("c", exists("view", test("product", "eq", "'v-old'"))));
        final Story order = story("views of both are in the order of their t").customer("c")
            .viewAt("v", "v-oldest", ms(NOON) - 3 * HOUR).viewAt("c", "c-older", ms(NOON) - 2 * HOUR)
            .viewAt("v", "v-old", ms(NOON) - HOUR);
        for (int i = 0; i < 198; i++) {
            order.view("c", "p");
        }
        add(order.login("v", "c").fails("c", exists("view", test("product", "eq", "'v-oldest'")))
            .holds("c", exists("view", test("product", "eq", "'c-older'"))).view("c", "p")
            .fails("c", exists("view", test("product", "eq", "'c-older'")))
            .holds("c", exists("view", test("product", "eq", "'v-old'"))).view("c", "p")
            .fails("c", exists("view", test("product", "eq", "'v-old'"))));
        final Story ties = story("of the same instant the visitor's views are the newer").customer("c")
            .viewAt("c", "c-old", ms(NOON) - HOUR).viewAt("v", "v-old", ms(NOON) - HOUR);
        for (int i = 0; i < 198; i++) {
            ties.view("c", "p");
        }
        ties.viewAt("c", "c-last", ms(NOON) - HOUR).login("v", "c").holds("c", count("view", 200));
        add(ties.fails("c", exists("view", test("product", "eq", "'c-old'")))
            .holds("c", exists("view", test("product", "eq", "'c-last'"))).view("c", "p")
            .fails("c", exists("view", test("product", "eq", "'c-last'")))
            .holds("c", exists("view", test("product", "eq", "'v-old'"))).view("c", "p")
            .fails("c", exists("view", test("product", "eq", "'v-old'"))));
        add(story("events of every name are united").customer("c").event("c", "search", "props.term", "a")
            .event("v", "search", "props.term", "b").event("v", "login").login("v", "c")
            .holds("c", count("event:search", 2)).holds("c", count("event:login", 1))
            .holds("c", exists("event:search", test("props.term", "eq", "'b'"))));
        add(tooManyEvents());
        add(story("of a product on both wish lists the earlier t stays")
            .condition("s", "{'agg':{'fn':'count','source':'wishlistItem','window':{'last':'P1D'}},'op':'ge','v':1}")
            .customer("c").wish("c", "a").later(HOUR).view("v", "x").wish("v", "a").later(HOUR).wish("v", "b")
            .later(HOUR).wish("c", "b").login("v", "c").holds("c", count("wishlistItem", 2))
            .at(ms(NOON) + DAY).in("c", "s")
            .holds("c", "{'agg':{'fn':'min','source':'wishlistItem','field':'t'},'op':'eq','v':" + ms(NOON) + "}")
            .holds("c", "{'agg':{'fn':'max','source':'wishlistItem','field':'t'},'op':'eq','v':"
                + (ms(NOON) + 2 * HOUR) + "}")
            .at(ms(NOON) + DAY + 2 * HOUR - 1).in("c", "s").later(1).out("c", "s"));
        add(story("what a login brings counts in aggregates and for notIn")
            .condition("s", "{'exists':{'source':'view','notIn':{'source':'orderItem','on':'product'}}}").customer("c")
            .order("c", "1", List.of(item("product", "a"))).view("v", "a").login("v", "c").out("c", "s").view("w", "b")
            .login("w", "c").in("c", "s").entered("c", "s", Cause.MERGE));
    }

    /** 8,000 of the customer's and 250 of the visitor's: 58 of them have to go. */
    private Story tooManyEvents() {
        final Story story = story("of more than 8,192 events the oldest go, and of one instant the customer's first")
            .customer("c");
        for (int i = 0; i < 200; i++) {
            story.accept(eventAt("c", "e0", ms(NOON) - HOUR)).accept(eventAt("c", "e1", ms(NOON) - HOUR));
        }
        for (int name = 2; name < 40; name++) {
            for (int i = 0; i < 200; i++) {
                story.event("c", "e" + name);
            }
        }
        for (int i = 0; i < 100; i++) {
            story.accept(eventAt("v", "w0", ms(NOON) - HOUR)).event("v", "w2");
        }
        for (int i = 0; i < 50; i++) {
            story.accept(eventAt("v", "w1", ms(NOON) - 2 * HOUR));
        }
        return story.login("v", "c").holds("c", count("event:w1", 0)).holds("c", count("event:e0", 196))
            .holds("c", count("event:e1", 196)).holds("c", count("event:w0", 100)).holds("c", count("event:w2", 100))
            .holds("c", count("event:e2", 200)).holds("c", count("event:e39", 200));
    }

    private void mergedCarts() {
        add(story("lines of the same product are summed, others added").customer("c")
            .cartOf(null, "c", ms(NOON) - HOUR, List.of(item("product", "a", "qty", 1, "rowTotal", "10.50"),
                item("product", "b", "qty", 1)), "grandTotal", "20.50", "tax", 1)
            .cartOf("base", "v", null, List.of(item("product", "a", "qty", "2.5", "rowTotal", 25),
                item("product", "d", "qty", 4)), "grandTotal", 30, "giftCard", 5)
            .login("v", "c").holds("c", count("cart", 1)).holds("c", count("cartItem", 3))
            .holds("c", exists("cartItem", test("product", "eq", "'a'"), test("qty", "eq", "3.5"),
                test("rowTotal", "eq", "35.5")))
            .holds("c", exists("cartItem", test("product", "eq", "'d'"), test("qty", "eq", "4")))
            .holds("c", exists("cart", test("grandTotal", "eq", "50.5"), test("tax", "eq", "1"),
                test("giftCard", "eq", "5"), test("lineItems", "eq", "3"), test("qty", "eq", "8.5"),
                "{'f':'subtotal','op':'notSet'}"))
            .holds("c", "{'agg':{'fn':'max','source':'cart','field':'t'},'op':'eq','v':" + ms(NOON) + "}"));
        add(story("a customer without a cart gets the visitor's as it is").customer("c")
            .cartOf(null, "v", ms(NOON) - HOUR, List.of(item("product", "a", "qty", 2), item("product", "a", "qty", 1)),
                "grandTotal", 30, "lineItems", 9)
            .login("v", "c").holds("c", exists("cart", test("grandTotal", "eq", "30"), test("lineItems", "eq", "9"),
                test("qty", "eq", "3"), test("t", "olderThan", "'PT1H'"))).holds("c", count("cartItem", 2)));
        add(story("carts are merged website by website").website("de", 2, "Europe/Berlin").customer("c")
            .cart("c", List.of(item("product", "a", "qty", 1)))
            .cartOf("de", "v", null, List.of(item("product", "a", "qty", 2))).login("v", "c")
            .holds("c", count("cart", 2))
            .holds("c", exists("cartItem", test("website", "eq", "'base'"), test("qty", "eq", "1")))
            .holds("c", exists("cartItem", test("website", "eq", "'de'"), test("qty", "eq", "2"))));
        add(story("a merged cart and its lines have the later t")
            .condition("s", exists("cart", test("t", "olderThan", "'PT2H'")))
            .condition("i", "{'exists':{'source':'cartItem','window':{'last':'PT2H'}},'not':true}")
            .customer("c").cart("c", List.of(item("product", "a"))).later(HOUR)
            .cart("v", List.of(item("product", "a"))).login("v", "c").later(HOUR).out("c", "s").out("c", "i")
            .later(HOUR - 1).out("c", "s").out("c", "i").later(1).in("c", "s").in("c", "i"));
        add(story("the customer's later cart keeps its t")
            .condition("s", exists("cart", test("t", "olderThan", "'PT2H'")))
            .customer("c").cart("v", List.of(item("product", "a"))).later(HOUR)
            .cart("c", List.of(itemAt(ms(NOON), "product", "a"))).login("v", "c").later(2 * HOUR - 1).out("c", "s")
            .later(1).in("c", "s"));
        add(story("products of carts are the same only when their keys are exactly").customer("c")
            .cart("c", List.of(item("product", "A", "qty", 1), item("qty", 1)))
            .cart("v", List.of(item("product", "a", "qty", 1), item("qty", 1))).login("v", "c")
            .holds("c", count("cartItem", 4)).holds("c", exists("cart", test("lineItems", "eq", "4"),
                test("qty", "eq", "4"))));
        add(story("a joined line keeps the customer's props and what one side lacks is the other's").customer("c")
            .cart("c", List.of(item("product", "a", "props.gift", true)))
            .cart("v", List.of(item("product", "a", "qty", 2, "rowTotal", 9, "props.gift", false, "props.note", "x")))
            .login("v", "c").holds("c", exists("cartItem", test("props.gift", "eq", "true"), test("qty", "eq", "2"),
                test("rowTotal", "eq", "9"), "{'f':'props.note','op':'notSet'}")));
        add(story("an abandoned cart goes on waiting after a login")
            .condition("s", "{'all':[" + exists("cart", test("grandTotal", "ge", "100"), test("t", "olderThan",
                "'PT2H'"))
                + ",{'agg':{'fn':'count','source':'order','window':{'last':'PT2H'}},'op':'eq','v':0}]}")
            .customer("c").cart("v", List.of(item("product", "a")), "grandTotal", 120).later(HOUR).login("v", "c")
            .later(HOUR - 1).out("c", "s").later(1).in("c", "s").order("c", "1").out("c", "s").later(2 * HOUR - 1)
            .out("c", "s").later(1).in("c", "s").clearCart("c", null).out("c", "s"));
    }

    private void mergedConsents() {
        final String[] before = {"none", "yes", "no"};
        for (final String ofVisitor : before) {
            for (final String ofCustomer : before) {
                final boolean isRefused = ofVisitor.equals("no") || ofCustomer.equals("no");
                final boolean isGranted = !isRefused && (ofVisitor.equals("yes") || ofCustomer.equals("yes"));
                final Story story = story("consent after a login: visitor " + ofVisitor + ", customer " + ofCustomer)
                    .segment("s", "{'purpose':'marketing','condition':{'none':[]}}").customer("c").view("v", "a");
                if (!ofVisitor.equals("none")) {
                    story.consent("v", "marketing", ofVisitor.equals("yes"));
                }
                if (!ofCustomer.equals("none")) {
                    story.consent("c", "marketing", ofCustomer.equals("yes"));
                }
                story.login("v", "c");
                add(isGranted ? story.in("c", "s") : story.out("c", "s"));
            }
        }
    }

    // ----- aliases

    private void aliases() {
        add(story("a consent through an alias is the customer's")
            .segment("s", "{'purpose':'m','condition':{'none':[]}}")
            .customer("c").login("v", "c").consent("v", "m", true).in("c", "s").logout("v").out("v", "s").in("c", "s"));
        add(story("a visitor's attribute through an alias follows the customer's rules").declare("x", "INT")
            .customer("c").login("v", "c").accept(Story.upsert("v", "x", 1))
            .holds("c", "{'attr':'x','op':'eq','v':1}"));
        add(story("erasing through an alias erases the customer").segment("k", EVERYONE).customer("c").view("v", "a")
            .login("v", "c").login("w", "c").erase("v").out("c", "k").out("v", "k").out("w", "k")
            .left("c", "k", Cause.ERASE).view("v", "a").holds("v", count("view", 1)).out("w", "k"));
        add(story("erasing a customer removes its aliases").segment("g", VISITORS).segment("k", EVERYONE).customer("c")
            .customer("d").view("v", "a").login("v", "c").login("w", "d").erase("c").out("v", "k").in("w", "k")
            .customer("c").out("v", "k").in("c", "k").view("v", "b").in("v", "g").holds("c", count("view", 0)));
        add(story("an alias is no member of its own").segment("k", EVERYONE).customer("c").login("v", "c")
            .entered("c", "k", Cause.EVENT).in("v", "k").refuse(new Command.Login("x", "v", null)).out("x", "k"));
    }

    // ----- erasure

    private void erasure() {
        add(story("an erased visitor leaves every segment and its key is free").segment("k", EVERYONE)
            .segment("r", REGISTERED).view("v", "a").cart("v", List.of()).in("v", "k").erase("v").out("v", "k")
            .left("v", "k", Cause.ERASE).order("v", "1").in("v", "r").holds("v", count("view", 0))
            .holds("v", count("cart", 0)));
        add(story("everything goes with an erased customer").consent("c", "m", true).wish("c", "a").event("c", "x")
            .addresses("c", List.of(values("city", "Rom"))).cart("c", List.of(item("product", "a")))
            .order("c", "1", List.of(item("product", "a"))).view("c", "a").erase("c").customer("c")
            .holds("c", "{'all':[" + count("wishlistItem", 0) + "," + count("event:x", 0) + "," + count("address", 0)
                + "," + count("cart", 0) + "," + count("cartItem", 0) + "," + count("orderItem", 0) + ","
                + count("view", 0) + "]}")
            .segment("m", "{'purpose':'m','condition':{'none':[]}}").out("c", "m"));
        add(story("erasing an unknown key does nothing").segment("k", EVERYONE).erase("nobody").out("nobody", "k")
            .customer("c").erase("c").erase("c").out("c", "k"));
        add(story("what waited for its time does not come back after an erasure").condition("s", exists("view"))
            .viewAt("v", "a", ms(NOON) + MINUTE).erase("v").visitor("v").later(MINUTE).out("v", "s"));
        add(story("an erased subject's neighbours stay").condition("s", exists("view")).view("a", "x").view("b", "x")
            .view("d", "x").erase("b").in("a", "s").in("d", "s").view("e", "y").in("e", "s").out("b", "s"));
    }

    // ----- look-ups

    private void lookups() {
        add(story("an unknown key gets the segments of an empty visitor").segment("g", VISITORS)
            .segment("r", REGISTERED).condition("none", count("view", 0)).condition("some", exists("view"))
            .segment("m", "{'purpose':'m','condition':{'none':[]}}")
            .condition("group", "{'attr':'group','op':'eq','v':0}")
            .shows("nobody", null, "g").hides("nobody", null, "r").shows("nobody", null, "none")
            .hides("nobody", null, "some").hides("nobody", null, "m").shows("nobody", null, "group")
            .inGroup("nobody", 0).out("nobody", "g"));
        add(story("an unknown key has the website that the look-up names").website("de", 2, "Europe/Berlin")
            .segment("de", "{'websites':['de'],'condition':{'none':[]}}")
            .segment("base", "{'websites':['base'],'condition':{'none':[]}}").segment("all", EVERYONE)
            .condition("is-de", "{'attr':'website','op':'eq','v':'de'}")
            .shows("nobody", "de", "de").hides("nobody", "de", "base").shows("nobody", "de", "all")
            .shows("nobody", "de", "is-de").hides("nobody", null, "de").shows("nobody", null, "base")
            .hides("nobody", "base", "is-de"));
        add(story("sample is false for an unknown key")
            .condition("s", "{'sample':{'salt':'s','from':0,'to':10000}}")
            .condition("n", "{'none':[{'sample':{'salt':'s','from':0,'to':10000}}]}")
            .condition("r", "{'segment':'s'}").hides("nobody", null, "s").shows("nobody", null, "n")
            .hides("nobody", null, "r").view("v", "a").shows("v", null, "s").hides("v", null, "n")
            .shows("v", null, "r"));
        add(story("a look-up's website only hides").website("de", 2, "Europe/Berlin").customer("c")
            .segment("base", "{'websites':['base'],'condition':{'none':[]}}")
            .segment("both", "{'websites':['base','de'],'condition':{'none':[]}}").segment("all", EVERYONE)
            .segment("de", "{'websites':['de'],'condition':{'none':[]}}")
            .shows("c", null, "base").shows("c", "base", "base").hides("c", "de", "base").shows("c", "de", "both")
            .shows("c", "de", "all").hides("c", "de", "de").hides("c", "base", "de").in("c", "base"));
        add(story("an unknown key follows the clock and the definitions")
            .segment("s", "{'validFrom':'2026-03-10T13:00:00Z','applyTo':'VISITORS','condition':{'none':[]}}")
            .hides("nobody", null, "s").at(ms("2026-03-10T13:00:00Z") - 1).hides("nobody", null, "s").later(1)
            .shows("nobody", null, "s").segment("s", "{'status':'PAUSED','condition':{'none':[]}}")
            .hides("nobody", null, "s"));
        add(story("an unknown key's day is that of its website").website("us", 3, "America/New_York")
            .segment("s", "{'condition':{'none':[{'attr':'dob','op':'isSet'}]}}").shows("nobody", "us", "s")
            .condition("r", "{'any':[{'segment':'s'}]}").shows("nobody", "us", "r"));
    }

    // ----- causes

    private void causes() {
        add(story("what a subject does is an event").condition("s", "{'any':[" + exists("view") + "," + exists("cart")
            + "," + exists("wishlistItem") + "," + exists("event:x") + "," + exists("order") + "]}")
            .view("a", "p").entered("a", "s", Cause.EVENT).cart("b", List.of()).entered("b", "s", Cause.EVENT)
            .clearCart("b", null).left("b", "s", Cause.EVENT).wish("c", "p").entered("c", "s", Cause.EVENT)
            .unwish("c", "p").left("c", "s", Cause.EVENT).event("d", "x").entered("d", "s", Cause.EVENT)
            .order("e", "1").entered("e", "s", Cause.EVENT).accept(new Command.OrderDelete("e", "1", null))
            .left("e", "s", Cause.EVENT));
        add(story("a product's change is a product's")
            .condition("s", exists("view", test("product.onSale", "eq", "true")))
            .view("v", "p").product("p", "onSale", true).entered("v", "s", Cause.PRODUCT)
            .accept(new Command.ProductDelete("p", null)).left("v", "s", Cause.PRODUCT));
        add(story("an assignment and a deleted group say so").group(10, "Gold").customer("c")
            .condition("s", "{'attr':'group','op':'in','v':[1,2]}").accept(new Command.GroupAssign("c", 10, null))
            .left("c", "s", Cause.ASSIGN).accept(new Command.DeleteDefinition(DefinitionKind.GROUP, "10", -1, false))
            .entered("c", "s", Cause.GROUP_DELETED).inGroup("c", 1));
        add(story("a record that becomes visible is time's").condition("s", exists("event:x"))
            .accept(eventAt("v", "x", ms(NOON) + MINUTE)).later(MINUTE).entered("v", "s", Cause.TIME)
            .accept(cartAt("v", null, null, List.of())).entered("v", "s", Cause.TIME));
    }
}
