package io.tagma.engine.secrets;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Few keys under which much happens, from one seed. Every customer and every visitor has a secret of its own, a new one
 * whenever it comes back or is told to change it, and a segment for each secret; whoever saw a visitor's product is in
 * that visitor's segment, and so is the customer that the visitor turned out to be. Every customer has a group of its
 * own. What each key's look-up must answer follows from that alone, and is written to the {@link AnswerLog} before the
 * commands are given out.
 *
 * <p>With jobs besides: segments that are deleted, paused and defined again, so that their slots go round; one that
 * swings from one half of all secrets to the other; groups that are deleted and made again. With expiry: time moves.
 */
public final class SecretShop {
    /** Secrets of each; the next one after the last is the first. */
    private static final int SECRETS = 4;
    private static final int NO_SECRET = -1;
    private static final int FIRST_GROUP = 100;
    private static final int DEFAULT_GROUP = 1;
    /** More would be trimmed, and with them segments. */
    private static final int VIEWS_MAX = 100;
    private static final int HOT = 5;
    private static final int ID_MAX = 1 << 20;

    /** A command, whether it is to be accepted, and the number of the segment it defines, or -1. */
    public record Sent(Command command, boolean isAccepted, int defines) {
    }

    /** What happens under one number, at an instant; {@code isSettling}: it is done when nothing is under way. */
    public record Act(long number, long now, List<Sent> commands, boolean isSettling) {
    }

    /** What acts are made of. */
    public enum Deed {
        CREATE, SECRET, GROUP, ERASE, ERASE_BY_ALIAS, VISIT, VIEW, LOGIN_OF_VISITOR, LOGIN_OF_NOBODY,
        LOGIN_OF_ALIAS, LOGIN_AGAIN, LOGIN_REFUSED, LOGOUT, ERASE_VISITOR, EXPIRE, LINE_BY_ALIAS, SWING, HIDE, SHOW,
        GROUP_DELETE, GROUP_PUT
    }

    private final SplittableRandom random;
    private final AnswerLog log;
    private final int customers;
    private final int visitors;
    private final long ttlMs;
    private final boolean isWithJobs;
    private final Subject[] subjects;
    private final int[] nextSecret;
    private final boolean[] isGroupThere;
    private final boolean[] isShown;
    private final AtomicIntegerArray numberOf = new AtomicIntegerArray(ID_MAX);
    private final Map<Deed, Long> deeds = new EnumMap<>(Deed.class);
    private int swing;
    private long ordinalsTaken;
    private long number;
    private long now;
    private List<Sent> commands = new ArrayList<>();

    /** Who is behind a key; aliases are whole subjects with nothing but a customer. */
    private static final class Subject {
        private AnswerLog.Who who = AnswerLog.Who.NOBODY;
        private int secret = NO_SECRET;
        private int group;
        private long seen;
        private int views;
        private long namedAt;
        private int customer;

        void forget() {
            who = AnswerLog.Who.NOBODY;
            secret = NO_SECRET;
            group = 0;
            seen = 0;
            views = 0;
        }

        boolean is(final AnswerLog.Who other) {
            return who == other;
        }
    }

    /** Nobody is there yet. Visitors expire after so long; never where it is {@code Long.MAX_VALUE}. */
    public SecretShop(final long seed, final int customers, final int visitors, final long ttlMs, final long startMs,
                      final boolean isWithJobs, final AnswerLog log) {
        if (visitors > Long.SIZE) {
            throw new IllegalArgumentException("a bit each: visitors=" + visitors);
        }
        random = new SplittableRandom(seed);
        this.customers = customers;
        this.visitors = visitors;
        this.ttlMs = ttlMs;
        this.isWithJobs = isWithJobs;
        this.log = log;
        now = startMs;
        subjects = new Subject[customers + visitors];
        Arrays.setAll(subjects, i -> new Subject());
        nextSecret = new int[subjects.length];
        isGroupThere = new boolean[customers];
        Arrays.fill(isGroupThere, true);
        isShown = new boolean[swingNumber() + 1];
        Arrays.fill(isShown, true);
        for (int id = 0; id < ID_MAX; id++) {
            numberOf.setRelease(id, -1);
        }
    }

    /** Attribute, groups and segments; segments build. */
    public List<Sent> declarations() {
        final List<Sent> all = new ArrayList<>();
        all.add(new Sent(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "secret", -1,
            "{\"type\":\"STRING\",\"visitorAllowed\":true}"), true, -1));
        for (int customer = 0; customer < customers; customer++) {
            all.add(new Sent(putGroup(customer), true, -1));
        }
        for (int segment = 0; segment < isShown.length; segment++) {
            all.add(new Sent(put(segment, ""), true, segment));
        }
        return all;
    }

    /** Number of keys. */
    public int keys() {
        return subjects.length;
    }

    /** The key: first the customers', then the visitors'. */
    public String key(final int index) {
        return index < customers ? "Zoë-" + index : "v:" + Integer.toHexString(index * 7919);
    }

    /** A key worth looking up: a few visitors' more often than others. */
    public int pick(final SplittableRandom of) {
        return of.nextInt(3) == 0 ? customers + of.nextInt(HOT) : of.nextInt(subjects.length);
    }

    /** The segment has that public id from now on. */
    public void id(final int segment, final int publicId) {
        numberOf.setRelease(publicId, segment);
    }

    /** Number of the segment with the public id, or -1. Any thread. */
    public int number(final int publicId) {
        return publicId < ID_MAX ? numberOf.getAcquire(publicId) : -1;
    }

    /** Turns public ids into numbers, ascending, in place. Any thread. */
    public void numbers(final int[] ids, final int count) {
        for (int i = 0; i < count; i++) {
            ids[i] = number(ids[i]);
        }
        Arrays.sort(ids, 0, count);
    }

    /** Ordinals that subjects and aliases have taken so far. */
    public long ordinalsTaken() {
        return ordinalsTaken;
    }

    /** What has happened. */
    public Map<Deed, Long> deeds() {
        return deeds;
    }

    /** The next act; its answers are expected from now on. */
    public Act next() {
        number++;
        commands = new ArrayList<>();
        boolean isSettling = false;
        final int dice = random.nextInt(2_000);
        if (dice < 8 && isWithJobs) {
            job();
            isSettling = true;
        } else if (dice < 80 && ttlMs != Long.MAX_VALUE) {
            now += 1 + random.nextLong(ttlMs / 4);
            expire();
            isSettling = true;
            if (random.nextBoolean()) {
                command();
            }
        } else {
            command();
        }
        return new Act(number, now, commands, isSettling);
    }

    private void command() {
        final int dice = random.nextInt(1_000);
        if (dice < 150) {
            tell(random.nextInt(customers));
        } else if (dice < 200) {
            assign(random.nextInt(customers));
        } else if (dice < 280) {
            erase(random.nextInt(customers));
        } else if (dice < 400) {
            view(visitor());
        } else if (dice < 520) {
            visit(visitor());
        } else if (dice < 820) {
            login(visitor(), random.nextInt(customers));
        } else if (dice < 930) {
            logout(visitor());
        } else {
            erase(visitor());
        }
    }

    private int visitor() {
        return customers + (random.nextInt(3) == 0 ? random.nextInt(HOT) : random.nextInt(visitors));
    }

    // ---- one subject -------------------------------------------------------------------------------------------

    private void tell(final int key) {
        final Subject customer = subjects[key];
        did(customer.is(AnswerLog.Who.NOBODY) ? Deed.CREATE : Deed.SECRET);
        send(new Command.SubjectUpsert(key(key), SubjectKind.CUSTOMER, null, null, secret(key), null, null));
        create(customer, AnswerLog.Who.CUSTOMER);
        customer.secret = nextSecret[key];
        expectWith(key);
    }

    private void assign(final int key) {
        final Subject customer = subjects[key];
        final boolean isOwn = isGroupThere[key] && random.nextInt(3) > 0;
        did(Deed.GROUP);
        send(new Command.GroupAssign(key(key), isOwn ? FIRST_GROUP + key : DEFAULT_GROUP, null));
        create(customer, AnswerLog.Who.CUSTOMER);
        customer.group = isOwn ? FIRST_GROUP + key : DEFAULT_GROUP;
        expectWith(key);
    }

    private void erase(final int key) {
        final boolean isAlias = subjects[key].is(AnswerLog.Who.ALIAS);
        did(isAlias ? Deed.ERASE_BY_ALIAS : key < customers ? Deed.ERASE : Deed.ERASE_VISITOR);
        send(new Command.SubjectDelete(key(key), null));
        final int erased = isAlias ? subjects[key].customer : key;
        subjects[erased].forget();
        expect(erased);
        for (int i = customers; i < subjects.length; i++) {
            if (subjects[i].is(AnswerLog.Who.ALIAS) && subjects[i].customer == erased) {
                subjects[i].forget();
                expect(i);
            }
        }
    }

    private void view(final int key) {
        final Subject viewer = subjects[behind(key)];
        if (viewer.views >= VIEWS_MAX) {
            erase(key);
            return;
        }
        did(viewer == subjects[key] ? Deed.VIEW : Deed.LINE_BY_ALIAS);
        send(new Command.View(key(key), product(key), null, null, null));
        create(viewer, AnswerLog.Who.VISITOR);
        viewer.seen |= 1L << key - customers;
        viewer.views++;
        viewer.namedAt = now;
        expectWith(behind(key));
    }

    private void visit(final int key) {
        final int behind = behind(key);
        final boolean isAlias = behind != key;
        did(isAlias ? Deed.LINE_BY_ALIAS : Deed.VISIT);
        send(new Command.SubjectUpsert(key(key), isAlias ? null : SubjectKind.VISITOR, null, null, secret(behind), null,
            null));
        create(subjects[behind], AnswerLog.Who.VISITOR);
        subjects[behind].secret = nextSecret[behind];
        subjects[behind].namedAt = now;
        expectWith(behind);
    }

    private void login(final int key, final int customer) {
        final Subject visitor = subjects[key];
        if (random.nextInt(40) == 0) {
            did(Deed.LOGIN_REFUSED);
            refuse(new Command.Login(key(key), key(visitor()), null));
            return;
        }
        final Subject target = subjects[customer];
        final Command login = new Command.Login(key(key), key(customer), null);
        if (target.is(AnswerLog.Who.NOBODY)) {
            did(Deed.LOGIN_REFUSED);
            refuse(login);
            return;
        }
        if (target.views + visitor.views > VIEWS_MAX) {
            erase(customer);
            return;
        }
        final boolean isAgain = visitor.is(AnswerLog.Who.ALIAS) && visitor.customer == customer;
        did(isAgain ? Deed.LOGIN_AGAIN : visitor.is(AnswerLog.Who.ALIAS) ? Deed.LOGIN_OF_ALIAS
            : visitor.is(AnswerLog.Who.NOBODY) ? Deed.LOGIN_OF_NOBODY : Deed.LOGIN_OF_VISITOR);
        send(login);
        target.seen |= visitor.seen;
        target.views += visitor.views;
        ordinalsTaken += visitor.is(AnswerLog.Who.NOBODY) ? 1 : 0;
        visitor.forget();
        visitor.who = AnswerLog.Who.ALIAS;
        visitor.customer = customer;
        expectWith(customer);
        expect(key);
    }

    private void logout(final int key) {
        did(Deed.LOGOUT);
        send(new Command.Logout(key(key), null));
        if (subjects[key].is(AnswerLog.Who.ALIAS)) {
            subjects[key].forget();
            expect(key);
        }
        subjects[key].namedAt = now;
    }

    private void expire() {
        for (int key = customers; key < subjects.length; key++) {
            if (subjects[key].is(AnswerLog.Who.VISITOR) && subjects[key].namedAt + ttlMs <= now) {
                did(Deed.EXPIRE);
                subjects[key].forget();
                expect(key);
            }
        }
    }

    private void create(final Subject subject, final AnswerLog.Who who) {
        if (subject.is(AnswerLog.Who.NOBODY)) {
            ordinalsTaken++;
            subject.who = who;
            subject.group = who == AnswerLog.Who.CUSTOMER ? DEFAULT_GROUP : 0;
        }
    }

    private int behind(final int key) {
        return subjects[key].is(AnswerLog.Who.ALIAS) ? subjects[key].customer : key;
    }

    private List<NamedValue> secret(final int key) {
        nextSecret[key] = (nextSecret[key] + 1) % SECRETS;
        return List.of(new NamedValue("secret", Value.of(secretOf(key, nextSecret[key]))));
    }

    // ---- all subjects ------------------------------------------------------------------------------------------

    private void job() {
        final int dice = random.nextInt(4);
        final int segment = random.nextInt(swingNumber());
        final int group = random.nextInt(customers);
        if (dice == 0) {
            did(Deed.SWING);
            swing = 1 - swing;
            define(swingNumber(), "");
        } else if (dice == 1) {
            did(isGroupThere[group] ? Deed.GROUP_DELETE : Deed.GROUP_PUT);
            isGroupThere[group] = !isGroupThere[group];
            send(isGroupThere[group] ? putGroup(group) : new Command.DeleteDefinition(DefinitionKind.GROUP,
                Integer.toString(FIRST_GROUP + group), -1, false));
            if (subjects[group].group == FIRST_GROUP + group) {
                subjects[group].group = DEFAULT_GROUP;
            }
        } else {
            did(isShown[segment] ? Deed.HIDE : Deed.SHOW);
            isShown[segment] = !isShown[segment];
            if (isShown[segment]) {
                define(segment, "");
            } else if (random.nextInt(3) == 0) {
                define(segment, "\"status\":\"PAUSED\",");
            } else {
                send(new Command.DeleteDefinition(DefinitionKind.SEGMENT, segmentKey(segment), -1, false));
            }
        }
        for (int key = 0; key < subjects.length; key++) {
            expect(key);
        }
    }

    private void define(final int segment, final String status) {
        commands.add(new Sent(put(segment, status), true, segment));
    }

    private Command put(final int segment, final String status) {
        final int seen = segment - subjects.length * SECRETS;
        final StringBuilder condition = new StringBuilder();
        if (segment == swingNumber()) {
            condition.append("{\"attr\":\"secret\",\"op\":\"in\",\"v\":[");
            for (int key = swing; key < subjects.length; key += 2) {
                for (int secret = 0; secret < SECRETS; secret++) {
                    condition.append(key == swing && secret == 0 ? "\"" : ",\"").append(secretOf(key, secret))
                        .append('"');
                }
            }
            condition.append("]}");
        } else if (seen >= 0) {
            condition.append("{\"exists\":{\"source\":\"view\",\"where\":[{\"f\":\"product\",\"op\":\"eq\",\"v\":\"")
                .append(product(customers + seen)).append("\"}]}}");
        } else {
            condition.append("{\"attr\":\"secret\",\"op\":\"eq\",\"v\":\"")
                .append(secretOf(segment / SECRETS, segment % SECRETS)).append("\"}");
        }
        return new Command.PutDefinition(DefinitionKind.SEGMENT, segmentKey(segment), -1,
            "{" + status + "\"condition\":" + condition + "}");
    }

    private static Command putGroup(final int customer) {
        return new Command.PutDefinition(DefinitionKind.GROUP, Integer.toString(FIRST_GROUP + customer), -1,
            "{\"code\":\"of " + customer + "\"}");
    }

    private int swingNumber() {
        return subjects.length * SECRETS + visitors;
    }

    private static String segmentKey(final int segment) {
        return "s" + segment;
    }

    private static String secretOf(final int key, final int secret) {
        return "secret " + secret + " of " + key;
    }

    private static String product(final int visitor) {
        return "boot-" + visitor;
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    private void did(final Deed deed) {
        deeds.merge(deed, 1L, Long::sum);
    }

    private void send(final Command command) {
        commands.add(new Sent(command, true, -1));
    }

    private void refuse(final Command command) {
        commands.add(new Sent(command, false, -1));
    }

    /** Of the key and all that stand for it. */
    private void expectWith(final int key) {
        expect(key);
        for (int i = customers; i < subjects.length; i++) {
            if (subjects[i].is(AnswerLog.Who.ALIAS) && subjects[i].customer == key) {
                expect(i);
            }
        }
    }

    private void expect(final int key) {
        final int behind = behind(key);
        final Subject subject = subjects[behind];
        final int[] segments = new int[2 + Long.bitCount(subject.seen)];
        int count = 0;
        if (subject.secret != NO_SECRET) {
            count = add(segments, count, behind * SECRETS + subject.secret);
        }
        for (long left = subject.seen; left != 0; left &= left - 1) {
            count = add(segments, count, subjects.length * SECRETS + Long.numberOfTrailingZeros(left));
        }
        if (subject.secret != NO_SECRET && behind % 2 == swing) {
            count = add(segments, count, swingNumber());
        }
        log.expect(key, number,
            new AnswerLog.Answer(subjects[key].who, subject.group, Arrays.copyOf(segments, count)));
    }

    private int add(final int[] segments, final int count, final int segment) {
        segments[count] = segment;
        return count + (isShown[segment] ? 1 : 0);
    }
}
