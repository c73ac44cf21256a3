package io.tagma.engine.oracle;

import static io.tagma.engine.oracle.Story.item;
import static io.tagma.engine.oracle.Story.itemAt;
import static io.tagma.engine.oracle.Story.ms;
import static io.tagma.engine.oracle.Story.orderAt;
import static io.tagma.engine.oracle.Story.upsert;
import static io.tagma.engine.oracle.Story.values;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.SubjectKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sentences of DOMAIN with answers computed by hand, for the oracle and the engine alike. */
public final class DomainScenarios {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final String NOON = "2026-03-10T12:00:00Z";

    private final List<Scenario> scenarios = new ArrayList<>();

    private DomainScenarios() {
    }

    /** All scenarios, each on a fresh shop. */
    public static List<Scenario> all() {
        final DomainScenarios all = new DomainScenarios();
        all.windows();
        all.localDays();
        all.instants();
        all.dates();
        all.anniversaries();
        all.missing();
        all.nodes();
        all.texts();
        all.numbers();
        all.aggregates();
        all.records();
        all.products();
        all.segments();
        all.groups();
        all.subjects();
        all.events();
        return List.copyOf(all.scenarios);
    }

    /** Scenarios of everything else that DOMAIN says, each on a fresh shop. */
    public static List<Scenario> whole() {
        final List<Scenario> whole = new ArrayList<>();
        whole.addAll(CollectionScenarios.all());
        whole.addAll(SubjectScenarios.all());
        whole.addAll(MagentoScenarios.all());
        return List.copyOf(whole);
    }

    private void add(final Story story) {
        scenarios.add(story.end());
    }

    private static Story story(final String name) {
        return new Story(name, NOON);
    }

    private static BigDecimal decimal(final String text) {
        return new BigDecimal(text);
    }

    private static String count(final String window) {
        return "{'agg':{'fn':'count','source':'order','window':" + window + "},'op':'ge','v':1}";
    }

    // ----- windows

    private void windows() {
        add(story("a record leaves exactly at t + D").condition("s", count("{'last':'P1D'}"))
            .order("c", "1").in("c", "s")
            .later(DAY - 1).in("c", "s")
            .later(1).out("c", "s"));
        add(story("five minutes are three hundred thousand milliseconds").condition("s", count("{'last':'PT5M'}"))
            .order("c", "1").later(299_999).in("c", "s").later(1).out("c", "s"));
        add(story("a duration may mix weeks, days, hours, minutes and seconds")
            .condition("s", count("{'last':'P1W1DT1H1M1S'}")).order("c", "1")
            .later(8 * DAY + HOUR + MINUTE + 999).in("c", "s").later(1).out("c", "s"));
        add(story("a late record counts from its own t").condition("s", count("{'last':'P1D'}"))
            .orderOf("c", "1", ms(NOON) - DAY + 1).in("c", "s").later(1).out("c", "s")
            .orderOf("c", "2", ms(NOON) - DAY).out("c", "s"));
        add(story("a record dated ahead becomes visible at t with no event")
            .condition("s", count("{'last':'P1D'}")).condition("any", "{'exists':{'source':'order'}}")
            .orderOf("c", "1", ms(NOON) + 5 * MINUTE).out("c", "s").out("c", "any")
            .later(5 * MINUTE - 1).out("c", "s").out("c", "any")
            .later(1).in("c", "s").in("c", "any")
            .later(DAY - 1).in("c", "s").later(1).out("c", "s").in("c", "any"));
        add(story("a record more than five minutes ahead is refused").condition("s", "{'exists':{'source':'order'}}")
            .refuse(orderAt("c", "1", ms(NOON) + 5 * MINUTE + 1, List.of()))
            .refuse(orderAt("c", "1", null, List.of(itemAt(ms(NOON) + 5 * MINUTE + 1, "product", "p"))))
            .later(6 * MINUTE).out("c", "s"));
        add(story("a two-sided window is entered at t + to and left at t + from")
            .condition("s", count("{'from':'P3D','to':'P1D'}")).order("c", "1").out("c", "s")
            .later(DAY - 1).out("c", "s").later(1).in("c", "s")
            .later(2 * DAY - 1).in("c", "s").later(1).out("c", "s"));
        add(story("a two-sided window may end now").condition("s", count("{'from':'P1D','to':'P0D'}"))
            .order("c", "1").in("c", "s").later(DAY - 1).in("c", "s").later(1).out("c", "s"));
        add(story("a window of instants includes both ends")
            .condition("s", count("{'from':'2026-03-10T10:00:00Z','to':'2026-03-10T11:00:00Z'}"))
            .orderOf("a", "1", ms("2026-03-10T10:00:00Z")).in("a", "s")
            .orderOf("b", "1", ms("2026-03-10T11:00:00Z")).in("b", "s")
            .orderOf("c", "1", ms("2026-03-10T10:00:00Z") - 1).out("c", "s")
            .orderOf("d", "1", ms("2026-03-10T11:00:00Z") + 1).out("d", "s"));
        add(story("a window of instants still waits for t")
            .condition("s", count("{'from':'2026-03-10T10:00:00Z'}"))
            .condition("to", count("{'to':" + ms("2026-03-10T12:01:00Z") + "}"))
            .orderOf("c", "1", ms(NOON) + MINUTE).out("c", "s").out("c", "to")
            .later(MINUTE).in("c", "s").in("c", "to")
            .orderOf("d", "1", ms(NOON) + MINUTE + 1).later(1).in("d", "s").out("d", "to"));
        add(story("several records leave one by one")
            .condition("s", "{'agg':{'fn':'count','source':'order','window':{'last':'PT1H'}},'op':'eq','v':2}")
            .order("c", "1").out("c", "s").later(MINUTE).order("c", "2").in("c", "s")
            .later(MINUTE).order("c", "3").out("c", "s")
            .later(58 * MINUTE - 1).out("c", "s").later(1).in("c", "s")
            .later(MINUTE - 1).in("c", "s").later(1).out("c", "s"));
    }

    // ----- local days

    private void localDays() {
        add(story("an aligned window starts with the local day and includes its first instant")
            .website("de", 2, "Europe/Berlin").condition("s", count("{'last':'P1D','align':'day'}"))
            .customerOf("de", "a").customerOf("de", "b")
            .orderOf("a", "1", ms("2026-03-09T00:00:00+01:00")).in("a", "s")
            .orderOf("b", "1", ms("2026-03-09T00:00:00+01:00") - 1).out("b", "s"));
        add(story("an aligned window is left at a local midnight")
            .website("de", 2, "Europe/Berlin").condition("s", count("{'last':'P1D','align':'day'}"))
            .customerOf("de", "c").order("c", "1").in("c", "s")
            .at(ms("2026-03-12T00:00:00+01:00") - 1).in("c", "s").later(1).out("c", "s"));
        add(new Story("an aligned window ends by the clock on the wall when summer time begins",
            "2026-03-28T12:00:00+01:00")
            .website("de", 2, "Europe/Berlin").condition("s", count("{'last':'P1D','align':'day'}"))
            .condition("ms", count("{'last':'P1D'}"))
            .customerOf("de", "c").order("c", "1")
            .at(ms("2026-03-29T11:00:00Z") - 1).in("c", "ms").in("c", "s")
            .later(1).out("c", "ms").in("c", "s")
            .at(ms("2026-03-29T22:00:00Z") - 1).in("c", "s").later(1).out("c", "s"));
        add(new Story("an aligned window ends by the clock on the wall when summer time ends",
            "2026-10-24T12:00:00+02:00")
            .website("de", 2, "Europe/Berlin").condition("s", count("{'last':'P1D','align':'day'}"))
            .customerOf("de", "c").order("c", "1")
            .at(ms("2026-10-25T23:00:00Z") - 1).in("c", "s").later(1).out("c", "s"));
        add(new Story("each home website has its own midnight", "2026-10-31T12:00:00Z")
            .website("us", 3, "America/New_York").condition("s", count("{'last':'P1D','align':'day'}"))
            .customer("u").customerOf("us", "n").order("u", "1").order("n", "1")
            .at(ms("2026-11-02T00:00:00Z") - 1).in("u", "s").in("n", "s")
            .later(1).out("u", "s").in("n", "s")
            .at(ms("2026-11-02T05:00:00Z") - 1).in("n", "s").later(1).out("n", "s"));
        add(new Story("a midnight that comes twice is the earlier one", "2026-11-02T12:00:00Z")
            .website("cu", 4, "America/Havana").condition("s", count("{'last':'P1D','align':'day'}"))
            .customerOf("cu", "a").customerOf("cu", "b")
            .orderOf("a", "1", ms("2026-11-01T04:00:00Z")).in("a", "s")
            .orderOf("b", "1", ms("2026-11-01T04:00:00Z") - 1).out("b", "s"));
        add(story("moving to another website moves the midnight")
            .website("us", 3, "America/New_York").condition("s", count("{'last':'P1D','align':'day'}"))
            .customer("c").orderOf("c", "1", ms("2026-03-09T03:00:00Z")).in("c", "s")
            .customerOf("us", "c").out("c", "s")
            .accept(new Command.SubjectUpsert("c", null, "base", null, List.of(), null, null)).in("c", "s"));
        add(story("a website's new zone counts at once")
            .website("us", 3, "UTC").condition("s", count("{'last':'P1D','align':'day'}"))
            .customerOf("us", "c").orderOf("c", "1", ms("2026-03-09T03:00:00Z")).in("c", "s")
            .website("us", 3, "America/New_York").out("c", "s"));
        add(story("a field can be aligned too").website("de", 2, "Europe/Berlin")
            .condition("in", "{'exists':{'source':'order','where':[{'f':'t','op':'withinLast','v':'P1D',"
                + "'align':'day'}]}}")
            .condition("old", "{'exists':{'source':'order','where':[{'f':'t','op':'olderThan','v':'P1D',"
                + "'align':'day'}]}}")
            .customerOf("de", "c").order("c", "1").in("c", "in").out("c", "old")
            .at(ms("2026-03-11T23:00:00Z") - 1).in("c", "in").out("c", "old")
            .later(1).out("c", "in").in("c", "old"));
    }

    // ----- instants

    private void instants() {
        add(story("withinLast holds from v until just before v + D")
            .declare("x", "INSTANT").condition("s", "{'attr':'x','op':'withinLast','v':'P1D'}")
            .customer("c", "x", ms(NOON) + HOUR).out("c", "s")
            .later(HOUR - 1).out("c", "s").later(1).in("c", "s")
            .later(DAY - 1).in("c", "s").later(1).out("c", "s"));
        add(story("olderThan holds from v + D on")
            .declare("x", "INSTANT").condition("s", "{'attr':'x','op':'olderThan','v':'P1D'}")
            .customer("c", "x", ms(NOON)).later(DAY - 1).out("c", "s").later(1).in("c", "s"));
        add(story("withinNext holds from v - D until just before v")
            .declare("x", "INSTANT").condition("s", "{'attr':'x','op':'withinNext','v':'P1D'}")
            .customer("c", "x", ms(NOON) + 2 * DAY).later(DAY - 1).out("c", "s").later(1).in("c", "s")
            .later(DAY - 1).in("c", "s").later(1).out("c", "s"));
        add(story("aligned olderThan waits for the local midnight")
            .website("de", 2, "Europe/Berlin").declare("x", "INSTANT")
            .condition("s", "{'attr':'x','op':'olderThan','v':'P1D','align':'day'}")
            .customerOf("de", "c", "x", ms(NOON)).at(ms("2026-03-11T23:00:00Z") - 1).out("c", "s")
            .later(1).in("c", "s"));
        add(story("aligned withinNext reaches to the end of the local day")
            .declare("x", "INSTANT").condition("s", "{'attr':'x','op':'withinNext','v':'P1D','align':'day'}")
            .customer("a", "x", ms("2026-03-12T00:00:00Z") - 1).in("a", "s")
            .customer("b", "x", ms("2026-03-12T00:00:00Z")).out("b", "s")
            .customer("c", "x", ms(NOON)).out("c", "s")
            .at(ms("2026-03-11T00:00:00Z") - 1).out("b", "s").later(1).in("b", "s")
            .at(ms("2026-03-12T00:00:00Z") - 1).out("a", "s").in("b", "s").later(1).out("b", "s"));
        add(story("aligned withinLast needs the value to be past")
            .declare("x", "INSTANT").condition("s", "{'attr':'x','op':'withinLast','v':'P1D','align':'day'}")
            .customer("c", "x", ms(NOON) + 1).out("c", "s").later(1).in("c", "s")
            .at(ms("2026-03-12T00:00:00Z") - 1).in("c", "s").later(1).out("c", "s"));
        add(story("onDay asks for the local day of the value")
            .website("de", 2, "Europe/Berlin").website("us", 3, "America/New_York").declare("x", "INSTANT")
            .condition("s", "{'attr':'x','op':'onDay','v':'2026-03-29'}")
            .customerOf("de", "d", "x", "2026-03-28T23:00:00Z").in("d", "s")
            .customerOf("us", "u", "x", "2026-03-28T23:00:00Z").out("u", "s")
            .customerOf("de", "e", "x", "2026-03-28T22:59:59.999Z").out("e", "s")
            .customerOf("de", "f", "x", "2026-03-29T21:59:59.999Z").in("f", "s")
            .customerOf("de", "g", "x", "2026-03-29T22:00:00Z").out("g", "s"));
        add(story("an instant is the same as text and as milliseconds").declare("x", "INSTANT")
            .customer("c", "x", "2026-03-10T13:00:00+01:00")
            .holds("c", "{'attr':'x','op':'eq','v':" + ms(NOON) + "}")
            .holds("c", "{'attr':'x','op':'eq','v':'2026-03-10T12:00:00Z'}")
            .holds("c", "{'attr':'x','op':'between','v':['2026-03-10T12:00:00Z','2026-03-10T12:00:00Z']}")
            .fails("c", "{'attr':'x','op':'gt','v':'2026-03-10T12:00:00Z'}")
            .noCustomer("d", "x", "2026-03-10T13:00:00"));
    }

    // ----- dates

    private void dates() {
        add(story("withinLast on a date counts local days")
            .website("de", 2, "Europe/Berlin").declare("x", "DATE")
            .condition("s", "{'attr':'x','op':'withinLast','v':'P3D'}")
            .customerOf("de", "a", "x", "2026-03-10").in("a", "s")
            .customerOf("de", "b", "x", "2026-03-08").in("b", "s")
            .customerOf("de", "c", "x", "2026-03-07").out("c", "s")
            .customerOf("de", "d", "x", "2026-03-11").out("d", "s")
            .at(ms("2026-03-10T23:00:00Z") - 1).in("b", "s").out("d", "s")
            .later(1).out("b", "s").in("d", "s"));
        add(story("olderThan on a date counts local days").declare("x", "DATE")
            .condition("s", "{'attr':'x','op':'olderThan','v':'P3D'}")
            .customer("a", "x", "2026-03-07").in("a", "s").customer("b", "x", "2026-03-08").out("b", "s")
            .at(ms("2026-03-11T00:00:00Z") - 1).out("b", "s").later(1).in("b", "s"));
        add(story("withinNext on a date counts local days").declare("x", "DATE")
            .condition("s", "{'attr':'x','op':'withinNext','v':'P2D'}")
            .customer("a", "x", "2026-03-10").out("a", "s").customer("b", "x", "2026-03-11").in("b", "s")
            .customer("c", "x", "2026-03-12").in("c", "s").customer("d", "x", "2026-03-13").out("d", "s")
            .at("2026-03-11T00:00:00Z").out("b", "s").in("c", "s").in("d", "s"));
        add(story("dates have an order and no zone").declare("x", "DATE").customer("c", "x", "2026-03-10")
            .holds("c", "{'attr':'x','op':'eq','v':'2026-03-10'}")
            .holds("c", "{'attr':'x','op':'onDay','v':'2026-03-10'}")
            .holds("c", "{'attr':'x','op':'between','v':['2026-03-10','2026-03-10']}")
            .fails("c", "{'attr':'x','op':'lt','v':'2026-03-10'}")
            .holds("c", "{'attr':'x','op':'in','v':['2025-01-01','2026-03-10']}")
            .noCustomer("d", "x", "2026-02-30").noCustomer("d", "x", ms(NOON)));
        add(story("dates before 1970 work").declare("x", "DATE").customer("c", "x", "1968-02-29")
            .holds("c", "{'attr':'x','op':'lt','v':'1969-12-31'}")
            .holds("c", "{'attr':'x','op':'onDay','v':'1968-02-29'}"));
    }

    // ----- anniversaries

    private void anniversaries() {
        add(story("an anniversary lasts one local day").website("us", 3, "America/New_York")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[0,0]}")
            .customerOf("us", "c", "dob", "1990-03-11").out("c", "s")
            .at(ms("2026-03-11T04:00:00Z") - 1).out("c", "s").later(1).in("c", "s")
            .at(ms("2026-03-12T04:00:00Z") - 1).in("c", "s").later(1).out("c", "s"));
        add(new Story("on a birthday the next one is a year ahead", "2026-12-30T12:00:00Z")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[202,365]}")
            .customer("c", "dob", "1990-12-30").in("c", "s").customer("d", "dob", "1990-12-31").out("d", "s"));
        add(story("both ends of anniversaryWithin are included")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[1,7]}")
            .customer("a", "dob", "1990-03-10").out("a", "s").customer("b", "dob", "1990-03-11").in("b", "s")
            .customer("c", "dob", "1990-03-17").in("c", "s").customer("d", "dob", "1990-03-18").out("d", "s"));
        add(new Story("an anniversary lies beyond New Year", "2026-12-30T12:00:00Z")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[0,3]}")
            .customer("a", "dob", "1990-01-02").in("a", "s").customer("b", "dob", "1990-01-03").out("b", "s"));
        add(new Story("29 February counts as 28 February in a common year", "2026-02-27T12:00:00Z")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[0,0]}").customer("c", "dob", "2000-02-29")
            .at(ms("2026-02-28T00:00:00Z") - 1).out("c", "s").later(1).in("c", "s")
            .at(ms("2026-03-01T00:00:00Z") - 1).in("c", "s").later(1).out("c", "s"));
        add(new Story("29 February is itself in a leap year", "2028-02-28T12:00:00Z")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[0,0]}").customer("c", "dob", "2000-02-29")
            .customer("d", "dob", "2001-02-28").out("c", "s").in("d", "s")
            .at("2028-02-29T00:00:00Z").in("c", "s").out("d", "s").at("2028-03-01T00:00:00Z").out("c", "s"));
        add(story("the year of an anniversary is ignored, also when it is ahead")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[0,0]}")
            .customer("a", "dob", "2030-03-10").in("a", "s").customer("b", "dob", "2026-03-10").in("b", "s"));
        add(new Story("an anniversary may be 365 days ahead", "2027-03-02T12:00:00Z")
            .condition("s", "{'attr':'dob','op':'anniversaryWithin','v':[365,365]}")
            .customer("a", "dob", "1990-03-01").in("a", "s").customer("b", "dob", "1990-03-02").out("b", "s")
            .condition("all", "{'attr':'dob','op':'anniversaryWithin','v':[0,365]}").in("a", "all").in("b", "all"));
    }

    // ----- missing values and empty operands

    private void missing() {
        add(story("a missing value fails every operator but notSet").declare("x", "STRING").customer("c")
            .fails("c", "{'attr':'x','op':'eq','v':'a'}").fails("c", "{'attr':'x','op':'ne','v':'a'}")
            .fails("c", "{'attr':'x','op':'notIn','v':['a']}").fails("c", "{'attr':'x','op':'notIn','v':[]}")
            .fails("c", "{'attr':'x','op':'notContains','v':'a'}").fails("c", "{'attr':'x','op':'isSet'}")
            .fails("c", "{'attr':'x','op':'matches','v':''}")
            .holds("c", "{'attr':'x','op':'notSet'}").holds("c", "{'none':[{'attr':'x','op':'eq','v':'a'}]}"));
        add(story("null removes an attribute").declare("x", "INT").declare("y", "INT")
            .condition("s", "{'attr':'x','op':'ge','v':1}").customer("c", "x", 1, "y", 2).in("c", "s")
            .customer("c", "x", null).out("c", "s").holds("c", "{'attr':'x','op':'notSet'}")
            .holds("c", "{'attr':'y','op':'eq','v':2}"));
        add(story("attributes are merged").declare("x", "INT").declare("y", "INT").customer("c", "x", 1)
            .customer("c", "y", 2)
            .holds("c", "{'all':[{'attr':'x','op':'eq','v':1},{'attr':'y','op':'eq','v':2}]}"));
        add(story("empty lists have their own truth").declare("x", "INT").customer("c", "x", 1)
            .fails("c", "{'attr':'x','op':'in','v':[]}").holds("c", "{'attr':'x','op':'notIn','v':[]}"));
        add(story("a range upside down is false").declare("x", "INT").customer("c", "x", 2)
            .fails("c", "{'attr':'x','op':'between','v':[3,1]}").holds("c", "{'attr':'x','op':'between','v':[2,2]}"));
        add(story("the empty text is a value").declare("x", "STRING").customer("c", "x", "")
            .holds("c", "{'attr':'x','op':'isSet'}").holds("c", "{'attr':'x','op':'eq','v':''}")
            .holds("c", "{'attr':'x','op':'eq','v':'  '}").holds("c", "{'attr':'x','op':'contains','v':''}")
            .fails("c", "{'attr':'x','op':'ne','v':''}"));
        add(story("the empty set is a value").declare("x", "ENUM_SET").customer("c", "x", List.of()).customer("d")
            .holds("c", "{'attr':'x','op':'isSet'}").fails("c", "{'attr':'x','op':'notSet'}")
            .fails("c", "{'attr':'x','op':'containsAny','v':['a']}")
            .fails("c", "{'attr':'x','op':'containsAny','v':[]}")
            .holds("c", "{'attr':'x','op':'containsAll','v':[]}").fails("d", "{'attr':'x','op':'containsAll','v':[]}")
            .holds("c", "{'attr':'x','op':'containsNone','v':[]}")
            .fails("d", "{'attr':'x','op':'containsNone','v':['a']}")
            .holds("c", "{'attr':'x','op':'eqSet','v':[]}").fails("d", "{'attr':'x','op':'eqSet','v':[]}"));
        add(story("sets compare their codes exactly, in any order").declare("x", "ENUM_SET")
            .customer("c", "x", List.of("b", "a", "ä"))
            .holds("c", "{'attr':'x','op':'eqSet','v':['ä','a','b']}")
            .fails("c", "{'attr':'x','op':'eqSet','v':['a','b']}")
            .fails("c", "{'attr':'x','op':'containsAny','v':['A']}")
            .holds("c", "{'attr':'x','op':'containsAll','v':['a','b']}")
            .fails("c", "{'attr':'x','op':'containsAll','v':['a','c']}")
            .holds("c", "{'attr':'x','op':'containsNone','v':['c','Ä']}"));
        add(story("store credit compared with zero covers those who never had any")
            .condition("s", "{'any':[{'attr':'storeCredit','op':'le','v':0},{'attr':'storeCredit','op':'notSet'}]}")
            .customer("a").in("a", "s").customer("b", "storeCredit", "0.0001").out("b", "s")
            .customer("c", "storeCredit", 0).in("c", "s"));
    }

    // ----- nodes

    private void nodes() {
        final String yes = "{'attr':'x','op':'eq','v':1}";
        final String no = "{'attr':'x','op':'eq','v':2}";
        add(story("nodes without children").declare("x", "INT").customer("c", "x", 1)
            .segment("everyone", "{'confirmAll':true,'condition':{'all':[]}}").in("c", "everyone")
            .fails("c", "{'any':[]}").holds("c", "{'none':[]}").fails("c", "{'notAll':[]}")
            .holds("c", "{'any':[{'all':[]}]}"));
        add(story("everyone needs confirmAll").customer("c").noSegment("s", "{'condition':{'all':[]}}")
            .noSegment("s", "{}").noSegment("s", "{'condition':null}").out("c", "s")
            .segment("s", "{'confirmAll':true}").in("c", "s"));
        add(story("all, any, none and notAll").declare("x", "INT").customer("c", "x", 1)
            .holds("c", "{'all':[" + yes + "," + yes + "]}").fails("c", "{'all':[" + yes + "," + no + "]}")
            .holds("c", "{'any':[" + no + "," + yes + "]}").fails("c", "{'any':[" + no + "," + no + "]}")
            .holds("c", "{'none':[" + no + "," + no + "]}").fails("c", "{'none':[" + no + "," + yes + "]}")
            .holds("c", "{'notAll':[" + yes + "," + no + "]}").fails("c", "{'notAll':[" + yes + "," + yes + "]}"));
        add(story("atLeast counts its true children").declare("x", "INT").customer("c", "x", 1)
            .holds("c", "{'atLeast':2,'of':[" + yes + "," + no + "," + yes + "]}")
            .fails("c", "{'atLeast':2,'of':[" + yes + "," + no + "," + no + "]}")
            .holds("c", "{'atLeast':1,'of':[" + no + "," + yes + "]}")
            .noSegment("s", "{'condition':{'atLeast':0,'of':[" + yes + "]}}")
            .noSegment("s", "{'condition':{'atLeast':2,'of':[" + yes + "]}}"));
        add(story("nodes nest").declare("x", "INT").customer("c", "x", 1)
            .holds("c", "{'none':[{'all':[" + yes + ",{'none':[" + yes + "]}]},{'notAll':[" + yes + "]}]}")
            .fails("c", "{'all':[{'any':[" + no + ",{'notAll':[{'atLeast':1,'of':[" + yes + "]}]}]}]}"));
        add(story("sample puts keys into ten thousand buckets")
            .customer("42").visitor("v:8f1c").customer("Zoë")
            .holds("42", "{'sample':{'salt':'winter-26','from':7878,'to':7879}}")
            .fails("42", "{'sample':{'salt':'winter-26','from':7879,'to':10000}}")
            .fails("42", "{'sample':{'salt':'winter-26','from':0,'to':7878}}")
            .holds("v:8f1c", "{'sample':{'salt':'winter-26','from':3801,'to':3802}}")
            .holds("Zoë", "{'sample':{'salt':'s','from':5037,'to':5038}}")
            .holds("Zoë", "{'sample':{'salt':'s','from':0,'to':10000}}"));
    }

    // ----- text

    private void texts() {
        add(story("text is compared folded").declare("x", "STRING").customer("c", "x", "Straße")
            .holds("c", "{'attr':'x','op':'eq','v':'STRASSE'}").holds("c", "{'attr':'x','op':'eq','v':'strasse'}")
            .holds("c", "{'attr':'x','op':'in','v':['x','STRAßE']}").fails("c", "{'attr':'x','op':'ne','v':'STRASSE'}")
            .holds("c", "{'attr':'x','op':'contains','v':'SS'}")
            .holds("c", "{'attr':'x','op':'startsWith','v':'STRASS'}")
            .holds("c", "{'attr':'x','op':'endsWith','v':'SSE'}").fails("c", "{'attr':'x','op':'contains','v':'z'}")
            .fails("c", "{'attr':'x','op':'notContains','v':'ß'}"));
        add(story("with cs the sent texts are compared").declare("x", "STRING").customer("c", "x", "Straße ")
            .fails("c", "{'attr':'x','op':'eq','v':'straße ','cs':true}")
            .fails("c", "{'attr':'x','op':'eq','v':'Straße','cs':true}")
            .holds("c", "{'attr':'x','op':'eq','v':'Straße ','cs':true}")
            .fails("c", "{'attr':'x','op':'contains','v':'ss','cs':true}")
            .fails("c", "{'attr':'x','op':'endsWith','v':'e','cs':true}")
            .holds("c", "{'attr':'x','op':'ne','v':'STRASSE','cs':true}"));
        add(story("spaces at the end are trimmed, others are not").declare("x", "STRING").customer("c", "x", "Berlin  ")
            .customer("d", "x", " Berlin")
            .holds("c", "{'attr':'x','op':'eq','v':'berlin'}").fails("d", "{'attr':'x','op':'eq','v':'berlin'}")
            .holds("c", "{'attr':'x','op':'eq','v':'BERLIN    '}").holds("c", "{'attr':'x','op':'endsWith','v':'lin '}")
            .holds("d", "{'attr':'x','op':'startsWith','v':' b'}"));
        add(story("compatibility forms are the same text").declare("x", "STRING").customer("a", "x", "ﬁsh")
            .customer("b", "x", "ＡＢＣ").customer("c", "x", "Zoe\u0308").customer("d", "x", "a\u00adb")
            .holds("a", "{'attr':'x','op':'eq','v':'FISH'}").holds("b", "{'attr':'x','op':'eq','v':'abc'}")
            .holds("c", "{'attr':'x','op':'eq','v':'ZOË'}").fails("c", "{'attr':'x','op':'eq','v':'Zoë','cs':true}")
            .holds("d", "{'attr':'x','op':'eq','v':'ab'}").holds("a", "{'attr':'x','op':'startsWith','v':'f'}"));
        add(story("both small sigmas are one").declare("x", "STRING").customer("c", "x", "ΟΔΟΣ")
            .holds("c", "{'attr':'x','op':'eq','v':'οδος'}").holds("c", "{'attr':'x','op':'endsWith','v':'σ'}"));
        add(story("a dotted capital I is an i with a dot").declare("x", "STRING").customer("c", "x", "İstanbul")
            .fails("c", "{'attr':'x','op':'eq','v':'istanbul'}")
            .holds("c", "{'attr':'x','op':'eq','v':'i\u0307stanbul'}"));
        add(story("matches finds anywhere in the sent text").declare("x", "STRING").customer("c", "x", "Order 12ä ")
            .holds("c", "{'attr':'x','op':'matches','v':'order'}")
            .holds("c", "{'attr':'x','op':'matches','v':'[0-9]+Ä'}")
            .fails("c", "{'attr':'x','op':'matches','v':'ä$'}").holds("c", "{'attr':'x','op':'matches','v':''}")
            .fails("c", "{'attr':'x','op':'matches','v':'order','cs':true}")
            .holds("c", "{'attr':'x','op':'matches','v':'^Order','cs':true}"));
        add(story("enum codes are compared exactly").customer("c", "gender", "F")
            .holds("c", "{'attr':'gender','op':'eq','v':'F'}").fails("c", "{'attr':'gender','op':'eq','v':'f'}")
            .fails("c", "{'attr':'gender','op':'eq','v':'nobody has this'}")
            .holds("c", "{'attr':'gender','op':'notIn','v':['f','M']}"));
        add(story("a text may be 4096 bytes long and no longer").declare("x", "STRING")
            .customer("c", "x", "ä".repeat(2048)).noCustomer("d", "x", "ä".repeat(2048) + "a")
            .holds("c", "{'attr':'x','op':'eq','v':'" + "Ä".repeat(2048) + "'}")
            .fails("c", "{'attr':'x','op':'eq','v':'" + "Ä".repeat(2047) + "'}"));
        add(story("cs is refused on another type").declare("x", "ENUM").declare("n", "INT")
            .noSegment("s", "{'condition':{'attr':'x','op':'eq','v':'a','cs':true}}")
            .noSegment("s", "{'condition':{'attr':'n','op':'contains','v':'1'}}"));
    }

    // ----- numbers

    private void numbers() {
        add(story("a tenth and two tenths are three tenths")
            .condition("s", "{'agg':{'fn':'sum','source':'order','field':'grandTotal'},'op':'eq','v':0.3}")
            .order("c", "1", "grandTotal", decimal("0.1")).out("c", "s")
            .order("c", "2", "grandTotal", "0.2").in("c", "s"));
        add(story("a decimal may come as text").declare("x", "DECIMAL").customer("c", "x", "12.50")
            .holds("c", "{'attr':'x','op':'eq','v':12.5}").holds("c", "{'attr':'x','op':'eq','v':'12.5000'}")
            .holds("c", "{'attr':'x','op':'gt','v':12.4999}").fails("c", "{'attr':'x','op':'gt','v':12.5}")
            .holds("c", "{'attr':'x','op':'between','v':[12.5,12.5]}"));
        add(story("a decimal has four places and fifteen digits of units").declare("x", "DECIMAL")
            .customer("c", "x", "100000000000").customer("c", "x", "-100000000000")
            .noCustomer("c", "x", "100000000000.0001").noCustomer("c", "x", "0.00001")
            .noCustomer("c", "x", decimal("0.00001")).noCustomer("c", "x", true).noCustomer("c", "x", "12,5")
            .customer("c", "x", "1.0000")
            .holds("c", "{'attr':'x','op':'eq','v':1}"));
        add(story("whole numbers are exact beyond 2^53").declare("x", "INT").customer("c", "x", 9007199254740993L)
            .holds("c", "{'attr':'x','op':'eq','v':9007199254740993}")
            .fails("c", "{'attr':'x','op':'eq','v':9007199254740992}")
            .customer("d", "x", Long.MAX_VALUE).holds("d", "{'attr':'x','op':'ge','v':9223372036854775807}"));
        add(story("an INT is whole, and the smallest one is refused").declare("x", "INT")
            .customer("c", "x", decimal("12.0")).holds("c", "{'attr':'x','op':'eq','v':12}")
            .holds("c", "{'attr':'x','op':'eq','v':12.0}").noCustomer("c", "x", decimal("12.5"))
            .noCustomer("c", "x", "12").noCustomer("c", "x", Long.MIN_VALUE).customer("c", "x", -Long.MAX_VALUE)
            .holds("c", "{'attr':'x','op':'lt','v':0}"));
        add(story("a double is binary and has no minus zero").declare("x", "DOUBLE").customer("c", "x", -0.0)
            .customer("d", "x", 0.1 + 0.2)
            .holds("c", "{'attr':'x','op':'eq','v':0}").fails("c", "{'attr':'x','op':'lt','v':0}")
            .holds("c", "{'attr':'x','op':'ge','v':0}").fails("d", "{'attr':'x','op':'eq','v':0.3}")
            .holds("d", "{'attr':'x','op':'eq','v':0.30000000000000004}").customer("e", "x", -1.5)
            .holds("e", "{'attr':'x','op':'lt','v':-1.4999}").noCustomer("e", "x", Double.NaN)
            .noCustomer("e", "x", Double.POSITIVE_INFINITY).noCustomer("e", "x", "1.5"));
        add(story("a boolean is true or false").declare("x", "BOOL").customer("c", "x", true)
            .holds("c", "{'attr':'x','op':'eq','v':true}").holds("c", "{'attr':'x','op':'ne','v':false}")
            .fails("c", "{'attr':'x','op':'in','v':[false]}").noCustomer("c", "x", 1).noCustomer("c", "x", "true"));
    }

    // ----- aggregates

    private void aggregates() {
        final String sumOrders = "{'agg':{'fn':'sum','source':'order','field':'grandTotal'},'op':";
        add(story("count, sum and countDistinct over nothing are zero").customer("c")
            .holds("c", "{'agg':{'fn':'count','source':'order'},'op':'eq','v':0}").holds("c", sumOrders + "'eq','v':0}")
            .holds("c", "{'agg':{'fn':'countDistinct','source':'orderItem','field':'product'},'op':'lt','v':1}"));
        add(story("avg, min and max over nothing are missing").customer("c")
            .fails("c", "{'agg':{'fn':'avg','source':'order','field':'qty'},'op':'ne','v':5}")
            .fails("c", "{'agg':{'fn':'min','source':'order','field':'qty'},'op':'lt','v':5}")
            .fails("c", "{'agg':{'fn':'max','source':'order','field':'qty'},'op':'between','v':[-9,9]}")
            .holds("c", "{'agg':{'fn':'avg','source':'order','field':'qty','empty':0},'op':'eq','v':0}")
            .holds("c", "{'agg':{'fn':'min','source':'order','field':'qty','empty':7.5},'op':'gt','v':7.4999}")
            .fails("c", "{'agg':{'fn':'max','source':'order','field':'qty','empty':-1},'op':'ge','v':0}"));
        add(story("an average over nothing is what empty says").customer("c")
            .holds("c", "{'agg':{'fn':'avg','source':'order','field':'qty','empty':7.5},'op':'eq','v':7.5}")
            .fails("c", "{'agg':{'fn':'avg','source':'order','field':'qty','empty':7.5},'op':'lt','v':7.5}"));
        add(story("empty gives way to the first record")
            .condition("s", "{'agg':{'fn':'avg','source':'order','field':'qty','empty':0},'op':'eq','v':0}")
            .customer("c").in("c", "s").order("c", "1").in("c", "s").order("c", "2", "qty", 3).out("c", "s")
            .accept(new Command.OrderDelete("c", "2", null)).in("c", "s"));
        add(story("an average is compared exactly")
            .order("c", "1", "grandTotal", 10).order("c", "2", "grandTotal", 10).order("c", "3", "grandTotal", "10.01")
            .holds("c", avg("gt", "10.0033")).fails("c", avg("eq", "10.0033")).holds("c", avg("lt", "10.0034"))
            .holds("c", avg("ne", "10.0033")).fails("c", avg("le", "10.0033")).fails("c", avg("ge", "10.0034"))
            .order("d", "1", "grandTotal", 1).order("d", "2", "grandTotal", 2).holds("d", avg("eq", "1.5"))
            .holds("d", "{'agg':{'fn':'avg','source':'order','field':'grandTotal'},'op':'between','v':[1.5,1.5]}")
            .order("e", "1", "grandTotal", -1).order("e", "2", "grandTotal", 0).order("e", "3", "grandTotal", 0)
            .holds("e", avg("lt", "-0.3333")).holds("e", avg("gt", "-0.3334")));
        add(story("records without the field are skipped, also in the number of an average")
            .order("c", "1", "grandTotal", 10).order("c", "2").order("c", "3", "grandTotal", 20)
            .holds("c", avg("eq", "15")).holds("c", "{'agg':{'fn':'count','source':'order'},'op':'eq','v':3}"));
        add(story("min and max of amounts and of instants")
            .orderOf("c", "1", ms(NOON) - HOUR, "qty", "1.5").orderOf("c", "2", ms(NOON) - MINUTE, "qty", -2)
            .holds("c", "{'agg':{'fn':'min','source':'order','field':'qty'},'op':'eq','v':-2}")
            .holds("c", "{'agg':{'fn':'max','source':'order','field':'qty'},'op':'eq','v':1.5}")
            .holds("c", "{'agg':{'fn':'min','source':'order','field':'t'},'op':'eq','v':" + (ms(NOON) - HOUR) + "}")
            .holds("c", "{'agg':{'fn':'max','source':'order','field':'t'},'op':'ge','v':'2026-03-10T11:59:00Z'}")
            .fails("c", "{'agg':{'fn':'max','source':'order','field':'t'},'op':'gt','v':'2026-03-10T11:59:00Z'}"));
        add(story("a minimum rises when its record leaves the window")
            .condition("s", "{'agg':{'fn':'min','source':'order','field':'qty','window':{'last':'PT1H'}},'op':'ge',"
                + "'v':5}")
            .order("c", "1", "qty", 4).out("c", "s").later(MINUTE).order("c", "2", "qty", 5).out("c", "s")
            .later(59 * MINUTE - 1).out("c", "s").later(1).in("c", "s").later(MINUTE).out("c", "s"));
        add(story("countDistinct compares texts folded")
            .order("c", "1", "status", "Paid").order("c", "2", "status", "PAID").order("c", "3", "status", "paid ")
            .holds("c", "{'agg':{'fn':'countDistinct','source':'order','field':'status'},'op':'eq','v':1}"));
        add(story("countDistinct counts values once")
            .condition("s", "{'agg':{'fn':'countDistinct','source':'orderItem','field':'product'},'op':'eq','v':2}")
            .order("c", "1", List.of(item("product", "a"), item("product", "b"), item("qty", 1)))
            .order("c", "2", List.of(item("product", "a"))).in("c", "s")
            .order("c", "3", List.of(item("product", "A"))).out("c", "s"));
        add(story("countDistinct of numbers does not see trailing zeros")
            .order("c", "1", "qty", "1.0").order("c", "2", "qty", 1).order("c", "3", "qty", "1.5")
            .holds("c", "{'agg':{'fn':'countDistinct','source':'order','field':'qty'},'op':'eq','v':2}"));
        add(story("a sum may be beyond what one amount can be")
            .order("c", "1", "grandTotal", "100000000000").order("c", "2", "grandTotal", "100000000000")
            .holds("c", sumOrders + "'gt','v':100000000000}"));
        add(story("the same number on both sides of each comparison").order("c", "1", "grandTotal", "0.3")
            .holds("c", sumOrders + "'le','v':0.3}").holds("c", sumOrders + "'ge','v':0.3}")
            .fails("c", sumOrders + "'lt','v':0.3}").fails("c", sumOrders + "'gt','v':0.3}")
            .fails("c", sumOrders + "'gt','v':0.3}").holds("c", sumOrders + "'gt','v':0.2999}")
            .holds("c", sumOrders + "'lt','v':0.3001}").fails("c", sumOrders + "'between','v':[0.3001,0.2999]}"));
        add(story("count takes no field and the others need one")
            .noSegment("s", "{'condition':{'agg':{'fn':'count','source':'order','field':'qty'},'op':'eq','v':1}}")
            .noSegment("s", "{'condition':{'agg':{'fn':'sum','source':'order'},'op':'eq','v':1}}")
            .noSegment("s", "{'condition':{'agg':{'fn':'sum','source':'order','field':'t'},'op':'eq','v':1}}"));
    }

    private static String avg(final String operator, final String value) {
        return "{'agg':{'fn':'avg','source':'order','field':'grandTotal'},'op':'" + operator + "','v':" + value + "}";
    }

    // ----- records

    private void records() {
        add(story("an order sent again replaces the old one, and what depended on it is taken back")
            .condition("s", "{'agg':{'fn':'sum','source':'order','field':'grandTotal'},'op':'ge','v':100}")
            .order("c", "1", "grandTotal", 60).order("c", "2", "grandTotal", 40).in("c", "s")
            .order("c", "2", "grandTotal", "39.9999").out("c", "s").order("c", "2", "grandTotal", 41).in("c", "s")
            .order("c", "2").out("c", "s"));
        add(story("a refund that changes the status takes the order out of the filter")
            .condition("s", "{'agg':{'fn':'count','source':'order','where':[{'f':'status','op':'eq','v':'complete'}]},"
                + "'op':'ge','v':2}")
            .order("c", "1", "status", "complete").order("c", "2", "status", "Complete").in("c", "s")
            .order("c", "1", "status", "closed").out("c", "s"));
        add(story("an order sent again replaces its items")
            .condition("s", "{'exists':{'source':'orderItem','where':[{'f':'product','op':'eq','v':'a'}]}}")
            .order("c", "1", List.of(item("product", "a"))).in("c", "s")
            .order("c", "1", List.of(item("product", "b"))).out("c", "s"));
        add(story("an order sent again may move in time").condition("s", count("{'last':'P1D'}"))
            .orderOf("c", "1", ms(NOON)).in("c", "s").orderOf("c", "1", ms(NOON) - 2 * DAY).out("c", "s")
            .orderOf("c", "1", ms(NOON) - DAY + 1).in("c", "s").later(1).out("c", "s"));
        add(story("deleting an order takes its items back")
            .condition("o", "{'exists':{'source':'order'}}").condition("i", "{'exists':{'source':'orderItem'}}")
            .order("c", "1", List.of(item("product", "a"))).in("c", "o").in("c", "i")
            .accept(new Command.OrderDelete("c", "1", null)).out("c", "o").out("c", "i")
            .accept(new Command.OrderDelete("c", "1", null)).out("c", "o"));
        add(story("order ids are unique per subject only").condition("s", "{'exists':{'source':'order'}}")
            .order("a", "1").order("b", "1").accept(new Command.OrderDelete("a", "1", null)).out("a", "s")
            .in("b", "s"));
        add(story("not asks for no record").customer("c")
            .condition("s", "{'exists':{'source':'order','window':{'last':'P1D'}},'not':true}").in("c", "s")
            .order("c", "1").out("c", "s").later(DAY).in("c", "s"));
        add(story("all of where must hold on one and the same record")
            .condition("all", where("all")).condition("any", where("any"))
            .order("c", "1", "shipping.city", "Los Angeles", "shipping.region", "US-NY")
            .order("c", "2", "shipping.city", "Buffalo", "shipping.region", "US-CA").out("c", "all").in("c", "any")
            .order("c", "3", "shipping.city", "LOS ANGELES", "shipping.region", "us-ca").in("c", "all"));
        add(story("no or an empty where keeps every record, also with match any").order("c", "1")
            .holds("c", "{'exists':{'source':'order','where':[],'match':'any'}}")
            .holds("c", "{'exists':{'source':'order','match':'any'}}")
            .fails("c", "{'exists':{'source':'order','where':[{'any':[]}]}}"));
        add(story("filters nest").order("c", "1", "status", "complete", "qty", 3)
            .holds("c", filter("{'none':[{'f':'status','op':'eq','v':'closed'},{'f':'qty','op':'gt','v':3}]}"))
            .fails("c", filter("{'notAll':[{'f':'status','op':'eq','v':'complete'},{'f':'qty','op':'eq','v':3}]}"))
            .holds("c", filter("{'any':[{'all':[{'f':'qty','op':'lt','v':3}]},{'f':'coupon','op':'notSet'}]}"))
            .fails("c", filter("{'f':'coupon','op':'ne','v':'SPRING'}")));
        add(story("t and id may be used in where").order("c", "7")
            .condition("s", filter("{'f':'t','op':'olderThan','v':'PT2H'}"))
            .condition("on", filter("{'f':'t','op':'onDay','v':'2026-03-10'}")).in("c", "on")
            .holds("c", filter("{'f':'id','op':'in','v':['6','7']}")).fails("c", filter("{'f':'id','op':'ne','v':'7'}"))
            .later(2 * HOUR - 1).out("c", "s").later(1).in("c", "s"));
        add(story("a record outside a range of time is kept by none of between")
            .condition("s", filter("{'none':[{'f':'t','op':'between','v':['2026-03-10T11:00:00Z',"
                + "'2026-03-10T12:00:00Z']}]}"))
            .orderOf("c", "1", ms(NOON)).out("c", "s").orderOf("c", "2", ms(NOON) + 1).out("c", "s")
            .later(1).in("c", "s"));
        add(story("an item has the order's t unless it has its own")
            .condition("s", "{'agg':{'fn':'count','source':'orderItem','window':{'last':'PT1H'}},'op':'eq','v':1}")
            .order("c", "1", List.of(item("product", "a"), itemAt(ms(NOON) - HOUR, "product", "b"))).in("c", "s")
            .later(HOUR - 1).in("c", "s").later(1).out("c", "s"));
        add(story("an item carries its order's website and id").website("de", 2, "Europe/Berlin")
            .order("c", "1", List.of(item("product", "a")), "website", "de")
            .holds("c", "{'exists':{'source':'orderItem','where':[{'f':'website','op':'eq','v':'de'},"
                + "{'f':'orderId','op':'eq','v':'1'}]}}")
            .fails("c", "{'exists':{'source':'orderItem','where':[{'f':'website','op':'ne','v':'de'}]}}"));
        add(story("notIn leaves out records whose field the other source has")
            .condition("s", "{'exists':{'source':'order','notIn':{'source':'orderItem','on':'qty'}}}")
            .order("c", "1", List.of(item("qty", 2)), "qty", "2.0").out("c", "s")
            .order("c", "2", "qty", 3).in("c", "s")
            .order("c", "3", List.of(item("qty", 3)), "qty", 2).out("c", "s")
            .order("c", "4").in("c", "s"));
        add(story("notIn sees only visible records of the other source")
            .condition("s", "{'exists':{'source':'order','notIn':{'source':'orderItem','on':'qty'}}}")
            .order("c", "1", List.of(itemAt(ms(NOON) + MINUTE, "qty", 1)), "qty", 1).in("c", "s")
            .later(MINUTE - 1).in("c", "s").later(1).out("c", "s"));
        add(story("props have the type that the literal expects")
            .order("a", "1", "props.x", "1").order("b", "1", "props.x", 1).order("c", "1", "props.x", true)
            .order("d", "1", "props.x", List.of("1")).order("e", "1")
            .condition("text", filter("{'f':'props.x','op':'eq','v':'1'}"))
            .condition("number", filter("{'f':'props.x','op':'eq','v':1}"))
            .condition("not-number", filter("{'f':'props.x','op':'ne','v':2}"))
            .condition("bool", filter("{'f':'props.x','op':'eq','v':true}"))
            .condition("set", filter("{'f':'props.x','op':'containsAny','v':['1']}"))
            .condition("is-set", filter("{'f':'props.x','op':'isSet'}"))
            .in("a", "text").out("b", "text").in("b", "number").out("a", "number").out("a", "not-number")
            .in("b", "not-number").in("c", "bool").out("a", "bool").in("d", "set").out("a", "set")
            .in("a", "is-set").in("b", "is-set").in("c", "is-set").in("d", "is-set").out("e", "is-set"));
        add(story("an order naming an undeclared website is refused wholly")
            .condition("s", "{'exists':{'source':'order'}}").refuse(orderAt("c", "1", null, List.of(), "website", "xx"))
            .out("c", "s").order("c", "1", "website", "base").in("c", "s")
            .refuse(orderAt("c", "1", null, List.of(), "grandTotal", "1.23456")).in("c", "s")
            .refuse(orderAt("c", "1", null, List.of(), "status", 5))
            .refuse(orderAt("c", "1", null, List.of(), "noSuchField", 5)));
        add(story("a billing address and a shipping address are told apart")
            .order("c", "1", "billing.country", "DE", "shipping.country", "AT")
            .holds("c", filter("{'f':'shipping.country','op':'in','v':['DE','AT','CH']}"))
            .holds("c", filter("{'f':'billing.country','op':'eq','v':'de'}"))
            .fails("c", filter("{'f':'billing.country','op':'eq','v':'AT'}")));
    }

    private static String filter(final String filter) {
        return "{'exists':{'source':'order','where':[" + filter + "]}}";
    }

    private static String where(final String match) {
        return "{'exists':{'source':'order','match':'" + match + "','where':[{'f':'shipping.city','op':'contains',"
            + "'v':'los angeles'},{'f':'shipping.region','op':'eq','v':'US-CA'}]}}";
    }

    // ----- products

    private void products() {
        final String running = "{'exists':{'source':'orderItem','where':[{'f':'product.category','op':'containsAny',"
            + "'v':['running']}]}}";
        add(story("conditions read the current product").condition("s", running)
            .order("c", "1", List.of(item("product", "p"))).out("c", "s")
            .product("p", "categories", List.of("shoes", "running")).in("c", "s")
            .product("p", "categories", List.of("shoes")).out("c", "s")
            .product("p", "categories", List.of("running")).in("c", "s")
            .accept(new Command.ProductDelete("p", null)).out("c", "s"));
        add(story("product.upsert replaces the product whole")
            .condition("s", "{'exists':{'source':'orderItem','where':[{'f':'product.onSale','op':'eq','v':true}]}}")
            .condition("brand", "{'exists':{'source':'orderItem','where':[{'f':'product.brand','op':'eq',"
                + "'v':'ACME'}]}}")
            .product("p", "onSale", true, "attributes.brand", "Acme").order("c", "1", List.of(item("product", "p")))
            .in("c", "s").in("c", "brand").product("p", "price", 5).out("c", "s").out("c", "brand"));
        add(story("a price's change moves an aggregate")
            .condition("s", "{'agg':{'fn':'sum','source':'orderItem','field':'product.price'},'op':'ge','v':10}")
            .product("p", "price", "4.99").product("q", "price", "5.01")
            .order("c", "1", List.of(item("product", "p"), item("product", "q"))).in("c", "s")
            .product("q", "price", "5.00").out("c", "s"));
        add(story("a product changes for whom another order still names it")
            .condition("s", "{'exists':{'source':'orderItem','where':[{'f':'product.onSale','op':'eq','v':true}]}}")
            .order("c", "1", List.of(item("product", "p"))).order("c", "2", List.of(item("product", "p")))
            .accept(new Command.OrderDelete("c", "1", null)).out("c", "s").product("p", "onSale", true).in("c", "s")
            .accept(new Command.OrderDelete("c", "2", null)).out("c", "s"));
        add(story("an order that counts since its product changed still leaves the window")
            .condition("s", "{'exists':{'source':'orderItem','where':[{'f':'product.onSale','op':'eq','v':true}],"
                + "'window':{'last':'PT1H'}}}")
            .order("c", "1", List.of(item("product", "p"))).out("c", "s").later(MINUTE)
            .product("p", "onSale", true).in("c", "s")
            .later(59 * MINUTE - 1).in("c", "s").later(1).out("c", "s"));
        add(story("fields of a product nobody knows are missing").order("c", "1", List.of(item("product", "p")))
            .holds("c", "{'exists':{'source':'orderItem','where':[{'f':'product.sku','op':'notSet'}]}}")
            .fails("c", "{'exists':{'source':'orderItem','where':[{'f':'product.price','op':'ne','v':1}]}}")
            .fails("c", "{'exists':{'source':'orderItem','where':[{'f':'product.category','op':'containsNone',"
                + "'v':['a']}]}}"));
        add(story("product keys are compared exactly")
            .order("c", "1", List.of(item("product", "SKU-1")))
            .fails("c", "{'exists':{'source':'orderItem','where':[{'f':'product','op':'eq','v':'sku-1'}]}}")
            .holds("c", "{'exists':{'source':'orderItem','where':[{'f':'product','op':'eq','v':'SKU-1'}]}}"));
    }

    // ----- segments

    private void segments() {
        final String any = "{'none':[]}";
        add(story("a segment is valid from an instant until just before another")
            .segment("s", "{'validFrom':'2026-03-10T13:00:00Z','validTo':'2026-03-10T14:00:00Z','condition':" + any
                + "}")
            .customer("c").at(ms("2026-03-10T13:00:00Z") - 1).out("c", "s").later(1).in("c", "s")
            .at(ms("2026-03-10T14:00:00Z") - 1).in("c", "s").later(1).out("c", "s"));
        add(story("only an ACTIVE segment has members").customer("c")
            .segment("s", "{'status':'DRAFT','condition':" + any + "}").out("c", "s")
            .segment("s", "{'status':'ACTIVE','condition':" + any + "}").in("c", "s")
            .segment("s", "{'status':'PAUSED','condition':" + any + "}").out("c", "s")
            .segment("s", "{'status':'ARCHIVED','condition':" + any + "}").out("c", "s")
            .segment("s", "{'condition':" + any + "}").in("c", "s"));
        add(story("applyTo chooses the kind").customer("c").visitor("v")
            .segment("b", "{'condition':" + any + "}").segment("r", "{'applyTo':'REGISTERED','condition':" + any + "}")
            .segment("g", "{'applyTo':'VISITORS','condition':" + any + "}")
            .in("c", "b").in("v", "b").in("c", "r").out("v", "r").out("c", "g").in("v", "g"));
        add(story("the universe asks the home website").website("de", 2, "Europe/Berlin")
            .segment("s", "{'websites':['de'],'condition':" + any + "}").customer("a").customerOf("de", "b")
            .out("a", "s").in("b", "s").customerOf("de", "a").in("a", "s").customerOf("base", "b").out("b", "s"));
        add(story("website is a built-in attribute").website("de", 2, "Europe/Berlin").customerOf("de", "c")
            .holds("c", "{'attr':'website','op':'eq','v':'de'}").holds("c", "{'attr':'website','op':'in','v':[2]}")
            .holds("c", "{'attr':'website','op':'ne','v':'base'}")
            .fails("c", "{'attr':'website','op':'notIn','v':['de']}")
            .noSegment("s", "{'condition':{'attr':'website','op':'eq','v':'xx'}}"));
        add(story("eventScope WEBSITE counts records of the segment's websites, and those of none")
            .website("de", 2, "Europe/Berlin")
            .segment("s", "{'websites':['de'],'eventScope':'WEBSITE','condition':{'agg':{'fn':'count','source':'order'}"
                + ",'op':'eq','v':1}}")
            .segment("g", "{'websites':['de'],'condition':{'agg':{'fn':'count','source':'order'},'op':'eq','v':1}}")
            .customerOf("de", "c").order("c", "1", "website", "base").out("c", "s").in("c", "g")
            .order("c", "2", "website", "de").in("c", "s").out("c", "g")
            .order("c", "2").in("c", "s"));
        add(story("eventScope reaches notIn's source").website("de", 2, "Europe/Berlin")
            .segment("s", "{'websites':['de'],'eventScope':'WEBSITE','condition':{'exists':{'source':'order',"
                + "'notIn':{'source':'orderItem','on':'qty'}}}}")
            .customerOf("de", "c").order("c", "1", "website", "de", "qty", 1)
            .order("c", "2", List.of(item("qty", 1)), "website", "base").in("c", "s")
            .order("c", "2", List.of(item("qty", 1)), "website", "de", "qty", 1).out("c", "s"));
        add(story("a segment asks for membership of another").declare("x", "INT")
            .condition("a", "{'attr':'x','op':'eq','v':1}").condition("b", "{'segment':'a'}")
            .condition("c", "{'none':[{'segment':'b'}]}").customer("k", "x", 1).in("k", "b").out("k", "c")
            .customer("k", "x", 2).out("k", "b").in("k", "c")
            .condition("a", "{'attr':'x','op':'eq','v':2}").in("k", "b").out("k", "c"));
        add(story("membership includes the other's universe, status and validity").customer("c").visitor("v")
            .segment("a", "{'applyTo':'REGISTERED','validTo':'2026-03-10T13:00:00Z','condition':" + any + "}")
            .segment("p", "{'status':'PAUSED','condition':" + any + "}")
            .condition("b", "{'segment':'a'}").condition("n", "{'none':[{'segment':'p'}]}")
            .in("c", "b").out("v", "b").in("c", "n").in("v", "n")
            .at(ms("2026-03-10T13:00:00Z") - 1).in("c", "b").later(1).out("c", "b"));
        add(story("a membership follows the clock through another segment")
            .condition("a", count("{'last':'PT1H'}")).condition("b", "{'none':[{'segment':'a'}]}").order("c", "1")
            .out("c", "b").later(HOUR - 1).out("c", "b").later(1).in("c", "b"));
        add(story("cycles and unknown segments are refused").customer("c").condition("a", any)
            .condition("b", "{'segment':'a'}").noSegment("a", "{'condition':{'segment':'b'}}")
            .noSegment("s", "{'condition':{'segment':'s'}}").noSegment("s", "{'condition':{'segment':'zz'}}")
            .in("c", "a").in("c", "b"));
        add(story("a segment that others refer to is not paused, archived or deleted").customer("c").condition("a", any)
            .condition("b", "{'segment':'a'}")
            .noSegment("a", "{'status':'PAUSED','condition':" + any + "}")
            .noSegment("a", "{'status':'ARCHIVED','condition':" + any + "}")
            .refuse(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "a", -1, false)).in("c", "b")
            .accept(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "b", -1, false))
            .accept(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "a", -1, false)));
        add(story("a referred segment deleted by force has no members").customer("c").condition("a", any)
            .condition("b", "{'segment':'a'}").condition("n", "{'none':[{'segment':'a'}]}").in("c", "b").out("c", "n")
            .accept(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "a", -1, true)).out("c", "b").in("c", "n"));
        add(story("a purpose nobody was asked about is not granted").customer("c")
            .segment("s", "{'purpose':'marketing','condition':" + any + "}").out("c", "s"));
        add(story("a definition that names something unknown is refused")
            .noSegment("s", "{'condition':{'attr':'nope','op':'isSet'}}")
            .noSegment("s", "{'condition':{'attr':'email','op':'nope','v':'a'}}")
            .noSegment("s", "{'condition':{'exists':{'source':'nope'}}}")
            .noSegment("s", "{'condition':{'exists':{'source':'order','where':[{'f':'nope','op':'isSet'}]}}}")
            .noSegment("s", "{'condition':{'attr':'rewardPoints','op':'eq','v':'5'}}")
            .noSegment("s", "{'websites':['nope'],'condition':" + any + "}")
            .noSegment("s", "{'condition':{'attr':'group','op':'eq','v':'nope'}}"));
    }

    // ----- groups

    private void groups() {
        add(story("a new customer starts in the website's default group").group(10, "Gold")
            .website("de", 2, "Europe/Berlin", 10).customer("a").customerOf("de", "b").visitor("v")
            .holds("a", "{'attr':'group','op':'eq','v':'General'}").holds("b", "{'attr':'group','op':'eq','v':'gold'}")
            .holds("b", "{'attr':'group','op':'eq','v':10}").holds("v", "{'attr':'group','op':'eq','v':0}")
            .holds("v", "{'attr':'group','op':'notIn','v':[1,'Gold']}")
            .fails("a", "{'attr':'group','op':'in','v':[]}"));
        add(story("an assignment counts at once").condition("s", "{'attr':'group','op':'in','v':['Wholesale',3]}")
            .customer("c").out("c", "s").accept(new Command.GroupAssign("c", 2, null)).in("c", "s")
            .accept(new Command.GroupAssign("c", 1, null)).out("c", "s")
            .accept(new Command.SubjectUpsert("c", null, null, 3, List.of(), null, null)).in("c", "s"));
        add(story("some assignments are refused").customer("c").visitor("v")
            .condition("s", "{'attr':'group','op':'eq','v':1}")
            .refuse(new Command.GroupAssign("c", 0, null)).refuse(new Command.GroupAssign("c", 32000, null))
            .refuse(new Command.GroupAssign("c", 77, null)).refuse(new Command.GroupAssign("v", 1, null)).in("c", "s")
            .out("v", "s"));
        add(story("a deleted group's members are in their home website's default group").group(10, "Gold")
            .group(11, "Silver").website("de", 2, "Europe/Berlin", 11)
            .condition("general", "{'attr':'group','op':'eq','v':1}")
            .condition("silver", "{'attr':'group','op':'eq','v':11}")
            .customer("a").customerOf("de", "b").accept(new Command.GroupAssign("a", 10, null))
            .accept(new Command.GroupAssign("b", 10, null)).out("a", "general").out("b", "silver")
            .accept(new Command.DeleteDefinition(DefinitionKind.GROUP, "10", -1, false))
            .in("a", "general").in("b", "silver").out("b", "general"));
        add(story("a group in use stays").group(10, "Gold").group(11, "Silver").website("de", 2, "Europe/Berlin", 11)
            .condition("s", "{'none':[{'attr':'group','op':'in','v':['Gold']}]}")
            .refuse(new Command.DeleteDefinition(DefinitionKind.GROUP, "10", -1, false))
            .refuse(new Command.DeleteDefinition(DefinitionKind.GROUP, "11", -1, false))
            .refuse(new Command.DeleteDefinition(DefinitionKind.GROUP, "0", -1, false))
            .refuse(new Command.DeleteDefinition(DefinitionKind.GROUP, "1", -1, false))
            .accept(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "s", -1, false))
            .accept(new Command.DeleteDefinition(DefinitionKind.GROUP, "10", -1, false)));
        add(story("a group's code is unique without regard to case and not too long").group(10, "Gold")
            .refuse(new Command.PutDefinition(DefinitionKind.GROUP, "11", -1, "{\"code\":\"GOLD\",\"taxClassId\":3}"))
            .refuse(new Command.PutDefinition(DefinitionKind.GROUP, "11", -1,
                "{\"code\":\"" + "g".repeat(33) + "\",\"taxClassId\":3}"))
            .accept(new Command.PutDefinition(DefinitionKind.GROUP, "11", -1,
                "{\"code\":\"" + "ä".repeat(32) + "\",\"taxClassId\":3}"))
            .refuse(new Command.PutDefinition(DefinitionKind.GROUP, "0", -1, "{\"code\":\"Guests\",\"taxClassId\":3}"))
            .refuse(new Command.PutDefinition(DefinitionKind.GROUP, "32000", -1,
                "{\"code\":\"All\",\"taxClassId\":3}")));
    }

    // ----- subjects

    private void subjects() {
        add(story("keys are compared byte for byte").declare("x", "INT").condition("s", "{'attr':'x','op':'eq','v':1}")
            .customer("Zoë", "x", 1).customer("ZOË", "x", 2).customer("a:b", "x", 1).customer("Zoe\u0308", "x", 2)
            .in("Zoë", "s").out("ZOË", "s").in("a:b", "s").out("Zoe\u0308", "s").out("unknown", "s"));
        add(story("the kind is fixed at creation").customer("c").visitor("v")
            .refuse(new Command.SubjectUpsert("c", SubjectKind.VISITOR, null, null, List.of(), null, null))
            .refuse(new Command.SubjectUpsert("v", SubjectKind.CUSTOMER, null, null, List.of(), null, null))
            .accept(upsert("v")).refuse(orderAt("v", "1", null, List.of()))
            .segment("g", "{'applyTo':'VISITORS','condition':{'none':[]}}").in("v", "g").out("c", "g"));
        add(story("an order for an unknown key creates a customer")
            .segment("r", "{'applyTo':'REGISTERED','condition':{'attr':'group','op':'eq','v':1}}").order("c", "1")
            .in("c", "r"));
        add(story("an attribute not for visitors is refused on one").declare("x", "INT").declare("y", "INT", true)
            .visitor("v", "y", 1)
            .refuse(new Command.SubjectUpsert("v", SubjectKind.VISITOR, null, null, values("x", 1), null, null))
            .holds("v", "{'attr':'y','op':'eq','v':1}"));
        add(story("a line is applied wholly or not at all").declare("x", "INT").declare("y", "INT")
            .condition("s", "{'attr':'x','op':'eq','v':1}").noCustomer("c", "x", 1, "nope", 2).out("c", "s")
            .noCustomer("c", "x", 1, "y", "text").out("c", "s")
            .refuse(new Command.SubjectUpsert("c", null, "xx", null, values("x", 1), null, null))
            .refuse(new Command.SubjectUpsert("c", null, null, 77, values("x", 1), null, null))
            .out("c", "s").segment("k", "{'condition':{'none':[]}}").out("c", "k"));
        add(story("erasing leaves every segment, and the key comes back as a new subject").declare("x", "INT")
            .segment("k", "{'condition':{'none':[]}}").customer("c", "x", 1).order("c", "1")
            .accept(new Command.GroupAssign("c", 2, null)).in("c", "k").erase("c").out("c", "k").erase("c")
            .customer("c").in("c", "k").holds("c", "{'attr':'x','op':'notSet'}")
            .holds("c", "{'exists':{'source':'order'},'not':true}").holds("c", "{'attr':'group','op':'eq','v':1}"));
        add(story("an erased customer may come back as a visitor").customer("c").erase("c").visitor("c")
            .segment("g", "{'applyTo':'VISITORS','condition':{'none':[]}}").in("c", "g"));
        add(story("a visitor expires thirty days after the last applied line that named it")
            .declare("y", "INT", true).segment("k", "{'condition':{'none':[]}}").visitor("v").customer("c")
            .later(20 * DAY).visitor("v", "y", 1)
            .refuse(new Command.SubjectUpsert("v", SubjectKind.CUSTOMER, null, null, List.of(), null, null))
            .later(29 * DAY)
            .refuse(new Command.SubjectUpsert("v", SubjectKind.VISITOR, null, null, values("y", "bad"), null, null))
            .later(DAY - 1).in("v", "k").later(1).out("v", "k").in("c", "k")
            .visitor("v").in("v", "k").holds("v", "{'attr':'y','op':'notSet'}"));
    }

    // ----- repeated events and what is seeded

    private void events() {
        add(story("an event id is applied once in twenty-four hours").declare("x", "INT")
            .condition("one", "{'attr':'x','op':'eq','v':1}").condition("two", "{'attr':'x','op':'eq','v':2}")
            .accept(new Command.SubjectUpsert("c", null, null, null, values("x", 1), null, "e1")).in("c", "one")
            .accept(new Command.SubjectUpsert("c", null, null, null, values("x", 2), null, "e1")).in("c", "one")
            .accept(new Command.SubjectUpsert("d", null, null, null, values("x", 2), null, "e1")).in("d", "two")
            .later(23 * HOUR)
            .accept(new Command.SubjectUpsert("c", null, null, null, values("x", 2), null, "e1")).in("c", "one")
            .later(3 * HOUR)
            .accept(new Command.SubjectUpsert("c", null, null, null, values("x", 2), null, "e1")).in("c", "two"));
        add(story("a refused line does not use its event id up").declare("x", "INT")
            .condition("one", "{'attr':'x','op':'eq','v':1}")
            .refuse(new Command.SubjectUpsert("c", null, null, null, values("x", "bad"), null, "e1"))
            .accept(new Command.SubjectUpsert("c", null, null, null, values("x", 1), null, "e1")).in("c", "one"));
        add(story("an event repeated after an erasure brings nothing back")
            .condition("s", "{'exists':{'source':'order'}}")
            .accept(new Command.OrderUpsert("c", "1", null, List.of(), List.of(), "e")).in("c", "s").erase("c")
            .accept(new Command.OrderUpsert("c", "1", null, List.of(), List.of(), "e")).out("c", "s"));
        add(story("the seeded attributes are there").customer("c", "email", "A@B.C", "gender", "F", "dob", "1990-02-28",
            "createdAt", ms(NOON), "newsletter", true, "storeCredit", "12.50", "rewardPoints", 7, "store", "x",
            "disableAutoGroupChange", false)
            .holds("c", "{'all':[{'attr':'email','op':'endsWith','v':'@b.c'},{'attr':'newsletter','op':'eq','v':true},"
                + "{'attr':'createdAt','op':'withinLast','v':'P14D'},{'attr':'rewardPoints','op':'eq','v':7}]}"));
        add(story("the same declaration again is fine, another type is not while it is used").declare("x", "INT")
            .declare("x", "INT").customer("c", "x", 1)
            .refuse(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "x", -1, "{\"type\":\"STRING\"}"))
            .holds("c", "{'attr':'x','op':'eq','v':1}"));
    }
}
