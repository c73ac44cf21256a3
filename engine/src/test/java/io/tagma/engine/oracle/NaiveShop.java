package io.tagma.engine.oracle;

import io.tagma.engine.ApplicationVersion;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The whole shop as ordinary collections. {@link #apply} takes a command at a time and says whether DOMAIN accepts it;
 * a refused one changes nothing. Time given never goes backwards: an earlier one counts as the present. No clock, no
 * static state.
 */
public final class NaiveShop {
    /** How far ahead a record may lie. */
    public static final long FUTURE_MAX_MS = Duration.ofMinutes(5).toMillis();
    /** How long an applied (key, eventId) is remembered. */
    public static final long EVENT_ID_MS = Duration.ofHours(24).toMillis();
    /** After how long without a line a visitor is unknown again, unless the constructor is told otherwise. */
    public static final long VISITOR_TTL_MS = Duration.ofDays(30).toMillis();

    private static final int KEY_BYTES_MAX = 64;
    private static final int PRODUCT_BYTES_MAX = 255;

    private long visitorTtlMs;
    private final Coverage coverage;
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    private final Map<String, Website> websites = new LinkedHashMap<>();
    private final Map<Integer, CustomerGroup> groups = new TreeMap<>();
    private final Map<String, SegmentDefinition> segments = new TreeMap<>();
    private final Map<String, ShopSubject> subjects = new TreeMap<>();
    /** A logged-in visitor's key to its customer's. */
    private final Map<String, String> aliases = new TreeMap<>();
    private final Map<String, Map<String, Object>> products = new TreeMap<>();
    private final Map<List<String>, Long> appliedEvents = new HashMap<>();
    private final Set<String> erasedKeys = new TreeSet<>();
    private int applicationVersion = ApplicationVersion.NEWEST;
    private long now = Long.MIN_VALUE;
    private String refusal = "";

    /** A freshly seeded shop. */
    public NaiveShop() {
        this(VISITOR_TTL_MS, new Coverage());
    }

    /** A freshly seeded shop; {@code Long.MAX_VALUE} keeps visitors for ever. */
    public NaiveShop(final long visitorTtlMs, final Coverage coverage) {
        this.visitorTtlMs = visitorTtlMs;
        this.coverage = coverage;
        for (final String key : List.of("email", "firstname", "middlename", "lastname", "prefix", "suffix", "taxvat",
            "store", "createdIn")) {
            seed(key, ValueType.STRING, !key.equals("store") && !key.equals("createdIn")
                && !key.equals("prefix") && !key.equals("suffix"));
        }
        seed("gender", ValueType.ENUM, false);
        seed("dob", ValueType.DATE, true);
        seed("createdAt", ValueType.INSTANT, false);
        seed("lastLoginAt", ValueType.INSTANT, false);
        seed("newsletter", ValueType.BOOL, false);
        seed("disableAutoGroupChange", ValueType.BOOL, false);
        seed("storeCredit", ValueType.DECIMAL, false);
        seed("rewardPoints", ValueType.INT, false);
        websites.put(Website.BASE, new Website(Website.BASE_ID, Website.BASE, ZoneId.of("UTC"), "", 1, 1));
        groups.put(0, new CustomerGroup(0, "NOT LOGGED IN", 3, List.of(), true, 1));
        groups.put(1, new CustomerGroup(1, "General", 3, List.of(), true, 1));
        groups.put(2, new CustomerGroup(2, "Wholesale", 3, List.of(), true, 1));
        groups.put(3, new CustomerGroup(3, "Retailer", 3, List.of(), true, 1));
    }

    private void seed(final String key, final ValueType type, final boolean pii) {
        attributes.put(key, new Attribute(attributes.size(), key, type, pii, false, false));
    }

    /** Applies the command at that time; false where DOMAIN refuses it, and then nothing has changed. */
    public boolean apply(final Command command, final long nowMs) {
        moveTo(nowMs);
        refusal = "";
        boolean accepted = true;
        try {
            if (command instanceof Command.Ingest ingest) {
                ingest(ingest);
            } else if (command instanceof Command.PutDefinition put) {
                putDefinition(put);
            } else if (command instanceof Command.DeleteDefinition delete) {
                deleteDefinition(delete);
            } else if (command instanceof Command.ClockAdvance advance) {
                if (advance.now() < now) {
                    throw new Refused("time never goes backwards: now=" + now);
                }
                moveTo(advance.now());
            } else if (command instanceof Command.Genesis genesis) {
                visitorTtlMs = genesis.visitorTtlMs() == 0 ? VISITOR_TTL_MS : genesis.visitorTtlMs();
                applicationVersion = Math.max(genesis.applicationVersion(), ApplicationVersion.FIRST);
                moveTo(genesis.now());
            } else if (command instanceof Command.SetApplicationVersion raise) {
                if (raise.version() < applicationVersion) {
                    throw new Refused("the application version only rises: version=" + applicationVersion);
                }
                applicationVersion = raise.version();
            }
        } catch (final Refused refused) {
            refusal = refused.getMessage();
            accepted = false;
        }
        coverage.command(command, accepted);
        return accepted;
    }

    /** Lets time pass without a command. */
    public void moveTo(final long nowMs) {
        if (nowMs <= now) {
            return;
        }
        now = nowMs;
        final int before = subjects.size();
        subjects.values().removeIf(subject -> isExpired(subject, now));
        if (subjects.size() < before) {
            coverage.seen("shop visitor expired");
        }
    }

    /** Forgets ids of events that are too old to matter. */
    public void forgetOldEvents() {
        appliedEvents.values().removeIf(appliedAt -> now - appliedAt >= EVENT_ID_MS);
    }

    /** The reason of the last refusal, or empty. */
    public String refusal() {
        return refusal;
    }

    /** The rules that hold; the newest unless Genesis said otherwise. */
    public int applicationVersion() {
        return applicationVersion;
    }

    /** The latest time it was given. */
    public long now() {
        return now;
    }

    // ----- what the oracle reads

    /** The key's subject, a logged-in visitor's customer; null where the key is unknown at that time. */
    ShopSubject subject(final String key, final long nowMs) {
        final ShopSubject subject = subjects.get(resolved(key));
        return subject == null || isExpired(subject, nowMs) ? null : subject;
    }

    /** The customer's key where the key is a logged-in visitor's; else the key itself. */
    public String resolved(final String key) {
        return aliases.getOrDefault(key, key);
    }

    /** Keys of logged-in visitors with their customers', sorted. */
    public Map<String, String> aliases() {
        return Collections.unmodifiableMap(aliases);
    }

    /** Group of the key's subject at that time; of an unknown key that of all visitors. */
    public int group(final String key, final long nowMs) {
        final ShopSubject subject = subject(key, nowMs);
        return subject == null ? CustomerGroup.NOT_LOGGED_IN : subject.group;
    }

    /** Keys of all subjects known at that time, sorted; keys that only stand for another are not among them. */
    public Set<String> keys(final long nowMs) {
        final Set<String> keys = new TreeSet<>();
        for (final ShopSubject subject : subjects.values()) {
            if (!isExpired(subject, nowMs)) {
                keys.add(subject.key);
            }
        }
        return keys;
    }

    /** Group of every subject known now. */
    public Map<String, Integer> groupOf() {
        final Map<String, Integer> groupOf = new TreeMap<>();
        subjects.forEach((key, subject) -> groupOf.put(key, subject.group));
        return groupOf;
    }

    /** Group of a subject. */
    public int group(final String key) {
        return subjects.get(key).group;
    }

    /** Field of the current product, or null: {@code product.price}, {@code product.<name>}. */
    Object productField(final String product, final String field) {
        return product == null ? null : products.getOrDefault(product, Map.of()).get(field);
    }

    /** The current product's fields; none where it is unknown. */
    public Map<String, Object> product(final String key) {
        return products.getOrDefault(key, Map.of());
    }

    /** The website, or null. */
    public Website website(final String code) {
        return websites.get(code);
    }

    /** All definitions by key. */
    public Map<String, SegmentDefinition> segments() {
        return Collections.unmodifiableMap(segments);
    }

    /** Null where there is no such segment. */
    public SegmentDefinition segment(final String key) {
        return segments.get(key);
    }

    /** What a parser checks conditions against: always the present. */
    public Catalog catalog() {
        return new ShopCatalog();
    }

    /** Everything remembered about a subject, for people; null where it is unknown. */
    public String describe(final String key) {
        return subjects.containsKey(resolved(key)) ? subjects.get(resolved(key)).toString() : null;
    }

    private boolean isExpired(final ShopSubject subject, final long nowMs) {
        return subject.kind == SubjectKind.VISITOR && visitorTtlMs != Long.MAX_VALUE
            && nowMs >= subject.namedAt + visitorTtlMs;
    }

    // ----- lines

    private void ingest(final Command.Ingest command) throws Refused {
        final String key = keyOf(command);
        checkKey(key, command instanceof Command.ProductUpsert || command instanceof Command.ProductDelete
            ? PRODUCT_BYTES_MAX : KEY_BYTES_MAX);
        final List<String> event = command.eventId() == null || command.eventId().isEmpty()
            ? null : List.of(key, command.eventId());
        final Long appliedAt = event == null ? null : appliedEvents.get(event);
        if (appliedAt != null && now - appliedAt < EVENT_ID_MS) {
            coverage.seen("shop event repeated");
            return;
        }
        if (command instanceof Command.SubjectUpsert upsert) {
            subjectUpsert(upsert);
        } else if (command instanceof Command.SubjectDelete) {
            erase(resolved(key));
        } else if (command instanceof Command.GroupAssign assign) {
            groupAssign(assign);
        } else if (command instanceof Command.OrderUpsert upsert) {
            orderUpsert(upsert);
        } else if (command instanceof Command.OrderDelete delete) {
            orderDelete(delete);
        } else if (command instanceof Command.ProductUpsert upsert) {
            productUpsert(upsert);
        } else if (command instanceof Command.ProductDelete) {
            products.remove(key);
        } else if (command instanceof Command.ConsentSet consent) {
            named(key, SubjectKind.CUSTOMER).consents.put(consent.purpose(), consent.isGranted());
        } else if (command instanceof Command.CartPut put) {
            cartPut(put);
        } else if (command instanceof Command.CartClear clear) {
            cartClear(clear);
        } else if (command instanceof Command.WishlistAdd add) {
            wishlistAdd(add);
        } else if (command instanceof Command.WishlistRemove remove) {
            named(key, SubjectKind.CUSTOMER).wishlist.remove(remove.product());
        } else if (command instanceof Command.View view) {
            view(view);
        } else if (command instanceof Command.CustomEvent custom) {
            customEvent(custom);
        } else if (command instanceof Command.Login login) {
            login(login);
        } else if (command instanceof Command.Logout) {
            logout(key);
        } else {
            throw new IllegalStateException("not known here: command=" + command);
        }
        if (event != null) {
            if (appliedAt != null) {
                coverage.seen("shop event again after a day");
            }
            appliedEvents.put(event, now);
        }
    }

    /** The key that the line names: a product's, a subject's, or the visitor's of a login or logout. */
    public static String keyOf(final Command.Ingest command) {
        if (command instanceof Command.SubjectUpsert upsert) {
            return upsert.key();
        } else if (command instanceof Command.SubjectDelete delete) {
            return delete.key();
        } else if (command instanceof Command.GroupAssign assign) {
            return assign.key();
        } else if (command instanceof Command.OrderUpsert upsert) {
            return upsert.key();
        } else if (command instanceof Command.OrderDelete delete) {
            return delete.key();
        } else if (command instanceof Command.ProductUpsert upsert) {
            return upsert.product();
        } else if (command instanceof Command.ProductDelete delete) {
            return delete.product();
        } else if (command instanceof Command.ConsentSet consent) {
            return consent.key();
        } else if (command instanceof Command.CartPut put) {
            return put.key();
        } else if (command instanceof Command.CartClear clear) {
            return clear.key();
        } else if (command instanceof Command.WishlistAdd add) {
            return add.key();
        } else if (command instanceof Command.WishlistRemove remove) {
            return remove.key();
        } else if (command instanceof Command.View view) {
            return view.key();
        } else if (command instanceof Command.CustomEvent custom) {
            return custom.key();
        } else if (command instanceof Command.Login login) {
            return login.visitor();
        } else if (command instanceof Command.Logout logout) {
            return logout.visitor();
        }
        throw new IllegalStateException("a command without a key: command=" + command);
    }

    private static void checkKey(final String key, final int bytesMax) throws Refused {
        final int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > bytesMax || key.codePoints().anyMatch(Character::isISOControl)) {
            throw new Refused("not a key: key=" + key);
        }
    }

    private void subjectUpsert(final Command.SubjectUpsert command) throws Refused {
        final ShopSubject known = subjects.get(resolved(command.key()));
        final SubjectKind kind = command.kind() != null ? command.kind()
            : known != null ? known.kind : SubjectKind.CUSTOMER;
        if (known != null && kind != known.kind) {
            throw new Refused("the kind is fixed at creation: key=" + command.key());
        }
        if (command.website() != null && !websites.containsKey(command.website())) {
            throw new Refused("unknown website: website=" + command.website());
        }
        if (command.group() != null) {
            checkGroup(kind, command.group());
        }
        final Map<String, Object> changes = new LinkedHashMap<>();
        for (final NamedValue sent : command.attributes()) {
            final Attribute attribute = attributes.get(sent.name());
            if (attribute == null) {
                throw new Refused("undeclared attribute: attribute=" + sent.name());
            }
            if (kind == SubjectKind.VISITOR && !attribute.visitorAllowed()) {
                throw new Refused("not for visitors: attribute=" + sent.name());
            }
            changes.put(sent.name(), Conversion.convert(sent.value(), attribute.type()));
        }
        final List<ShopRecord> addresses = new ArrayList<>();
        if (command.addresses() != null) {
            for (final List<NamedValue> address : command.addresses()) {
                addresses.add(new ShopRecord(Source.ADDRESS, null, recordFields(Source.ADDRESS, address)));
            }
        }

        final ShopSubject subject = known != null ? known : create(command.key(), kind, command.website());
        subject.namedAt = now;
        if (command.website() != null) {
            subject.website = command.website();
        }
        if (command.group() != null) {
            subject.group = command.group();
        }
        changes.forEach((name, value) -> {
            if (value == null) {
                if (subject.attributes.remove(name) != null) {
                    coverage.seen("shop attribute removed");
                }
            } else {
                subject.attributes.put(name, value);
            }
        });
        if (command.addresses() != null) {
            subject.addresses.clear();
            subject.addresses.addAll(addresses);
        }
    }

    private ShopSubject create(final String key, final SubjectKind kind, final String website) {
        final ShopSubject subject = new ShopSubject(key, kind);
        subject.website = website == null ? Website.BASE : website;
        subject.group = kind == SubjectKind.VISITOR
            ? CustomerGroup.NOT_LOGGED_IN : websites.get(subject.website).defaultGroupId();
        subjects.put(key, subject);
        if (erasedKeys.remove(key)) {
            coverage.seen("shop erased key returned");
        }
        return subject;
    }

    private void checkGroup(final SubjectKind kind, final int group) throws Refused {
        if (!groups.containsKey(group)) {
            throw new Refused("unknown group: group=" + group);
        }
        if ((group == CustomerGroup.NOT_LOGGED_IN) != (kind == SubjectKind.VISITOR)) {
            throw new Refused("group 0 is every visitor's and no customer's: group=" + group);
        }
    }

    private void groupAssign(final Command.GroupAssign command) throws Refused {
        checkGroup(SubjectKind.CUSTOMER, command.group());
        customer(command.key()).group = command.group();
    }

    /** The customer the line names, created where the key is unknown. */
    private ShopSubject customer(final String key) throws Refused {
        final ShopSubject known = subjects.get(resolved(key));
        if (known != null && known.kind != SubjectKind.CUSTOMER) {
            throw new Refused("not for visitors: key=" + key);
        }
        return named(key, SubjectKind.CUSTOMER);
    }

    /** Whomever the line names, created as that kind where the key is unknown. */
    private ShopSubject named(final String key, final SubjectKind kindOfUnknown) {
        final ShopSubject known = subjects.get(resolved(key));
        final ShopSubject subject = known != null ? known : create(key, kindOfUnknown, null);
        if (known == null) {
            coverage.seen("shop line created " + kindOfUnknown);
        }
        subject.namedAt = now;
        return subject;
    }

    private void erase(final String key) {
        if (subjects.remove(key) != null) {
            erasedKeys.add(key);
            if (aliases.values().removeIf(customer -> customer.equals(key))) {
                coverage.seen("shop erased with aliases");
            }
        }
    }

    // ----- carts, wish lists, views, events

    private void cartPut(final Command.CartPut command) throws Refused {
        checkWebsite(command.website());
        final long t = command.t() == null ? now : command.t();
        checkTime(t);
        final Map<String, Object> fields = recordFields(Source.CART, command.fields());
        fields.put("t", Instant.ofEpochMilli(t));
        final List<Map<String, Object>> lines = new ArrayList<>();
        BigDecimal qty = BigDecimal.ZERO;
        for (final Command.Item item : command.items()) {
            final long itemT = item.t() == null ? t : item.t();
            checkTime(itemT);
            final Map<String, Object> line = recordFields(Source.CART_ITEM, item.fields());
            line.put("t", Instant.ofEpochMilli(itemT));
            qty = qty.add((BigDecimal)line.getOrDefault("qty", BigDecimal.ZERO));
            lines.add(line);
        }
        fields.putIfAbsent("lineItems", (long)lines.size());
        fields.putIfAbsent("qty", qty);

        final ShopSubject subject = named(command.key(), SubjectKind.VISITOR);
        final String website = command.website() == null ? subject.website : command.website();
        fields.put("website", website);
        final List<ShopRecord> cart = new ArrayList<>();
        cart.add(new ShopRecord(Source.CART, null, fields));
        for (final Map<String, Object> line : lines) {
            line.put("website", website);
            cart.add(new ShopRecord(Source.CART_ITEM, null, line));
        }
        if (subject.carts.put(website, cart) != null) {
            coverage.seen("shop cart replaced");
        }
    }

    private void cartClear(final Command.CartClear command) throws Refused {
        checkWebsite(command.website());
        final ShopSubject subject = named(command.key(), SubjectKind.VISITOR);
        if (subject.carts.remove(command.website() == null ? subject.website : command.website()) != null) {
            coverage.seen("shop cart cleared");
        }
    }

    private void wishlistAdd(final Command.WishlistAdd command) throws Refused {
        final Map<String, Object> fields = productRecord(command.product(), command.t(), command.website());
        final ShopSubject subject = named(command.key(), SubjectKind.CUSTOMER);
        final ShopRecord known = subject.wishlist.get(command.product());
        if (known != null) {
            coverage.seen("shop wish again");
            if (command.t() == null) {
                fields.put("t", known.t());
            }
            if (command.website() == null && known.website() != null) {
                fields.put("website", known.website());
            }
        }
        subject.wishlist.put(command.product(), new ShopRecord(Source.WISHLIST_ITEM, null, fields));
    }

    private void view(final Command.View command) throws Refused {
        final Map<String, Object> fields = productRecord(command.product(), command.t(), command.website());
        addToRing(named(command.key(), SubjectKind.VISITOR), new ShopRecord(Source.VIEW, null, fields));
    }

    private void customEvent(final Command.CustomEvent command) throws Refused {
        if (command.name().isEmpty()) {
            throw new Refused("an event without a name: key=" + command.key());
        }
        final Map<String, Object> fields = recordFields(Source.EVENT, command.fields());
        fields.putAll(timed(command.t(), command.website()));
        addToRing(named(command.key(), SubjectKind.VISITOR), new ShopRecord(Source.EVENT, command.name(), fields));
    }

    private void addToRing(final ShopSubject subject, final ShopRecord record) {
        if (!subject.addToRing(record)) {
            coverage.seen("shop ring full");
        }
        final long t = record.t().toEpochMilli();
        coverage.seen(t > now ? "shop ring in the future" : t < now ? "shop ring late" : "shop ring now");
    }

    private Map<String, Object> productRecord(final String product, final Long t, final String website)
        throws Refused {
        checkKey(product, PRODUCT_BYTES_MAX);
        final Map<String, Object> fields = timed(t, website);
        fields.put("product", product);
        return fields;
    }

    private Map<String, Object> timed(final Long t, final String website) throws Refused {
        checkWebsite(website);
        final Map<String, Object> fields = new TreeMap<>();
        if (t != null) {
            checkTime(t);
        }
        fields.put("t", Instant.ofEpochMilli(t == null ? now : t));
        if (website != null) {
            fields.put("website", website);
        }
        return fields;
    }

    private void checkWebsite(final String website) throws Refused {
        if (website != null && !websites.containsKey(website)) {
            throw new Refused("unknown website: website=" + website);
        }
    }

    // ----- logins

    /** Both keys are meant as they are: neither may stand for another, but for the visitor's to be cut first. */
    private void login(final Command.Login command) throws Refused {
        checkKey(command.customer(), KEY_BYTES_MAX);
        final ShopSubject customer = subjects.get(command.customer());
        final ShopSubject visitor = subjects.get(command.visitor());
        if (customer == null || customer.kind != SubjectKind.CUSTOMER) {
            throw new Refused("no such customer: customer=" + command.customer());
        }
        if (visitor != null && visitor.kind != SubjectKind.VISITOR) {
            throw new Refused("not a visitor: visitor=" + command.visitor());
        }
        if (visitor != null) {
            coverage.seen("shop login merged");
            if (visitor.carts.keySet().stream().anyMatch(customer.carts::containsKey)) {
                coverage.seen("shop login merged carts");
            }
            ShopMerge.merge(visitor, customer, applicationVersion >= ApplicationVersion.LOGIN_WITHIN_LIMITS);
            subjects.remove(command.visitor());
        }
        final String before = aliases.put(command.visitor(), command.customer());
        coverage.seen(before == null ? "shop login" : before.equals(command.customer()) ? "shop login again"
            : "shop login of another's visitor");
    }

    private void logout(final String visitor) throws Refused {
        final ShopSubject known = subjects.get(visitor);
        if (known != null && known.kind != SubjectKind.VISITOR) {
            throw new Refused("not a visitor: visitor=" + visitor);
        }
        if (known != null) {
            known.namedAt = now;
        }
        coverage.seen(aliases.remove(visitor) == null ? "shop logout of nobody" : "shop logout");
    }

    // ----- orders, products

    private void orderUpsert(final Command.OrderUpsert command) throws Refused {
        final long t = command.t() == null ? now : command.t();
        checkTime(t);
        final Map<String, Object> fields = recordFields(Source.ORDER, command.fields());
        fields.put("id", command.orderId());
        fields.put("t", Instant.ofEpochMilli(t));
        final List<ShopRecord> records = new ArrayList<>();
        records.add(new ShopRecord(Source.ORDER, null, fields));
        for (final Command.Item item : command.items()) {
            final long itemT = item.t() == null ? t : item.t();
            checkTime(itemT);
            final Map<String, Object> itemFields = recordFields(Source.ORDER_ITEM, item.fields());
            itemFields.put("orderId", command.orderId());
            itemFields.put("t", Instant.ofEpochMilli(itemT));
            if (fields.containsKey("website")) {
                itemFields.put("website", fields.get("website"));
            }
            records.add(new ShopRecord(Source.ORDER_ITEM, null, itemFields));
        }

        final ShopSubject subject = customer(command.key());
        if (subject.orders.put(command.orderId(), records) != null) {
            coverage.seen("shop order replaced");
        }
        coverage.seen(t > now ? "shop order in the future" : t < now ? "shop order late" : "shop order now");
    }

    private void checkTime(final long t) throws Refused {
        if (t > now + FUTURE_MAX_MS) {
            throw new Refused("too far in the future: t=" + t + ", now=" + now);
        }
    }

    /** What a line sent of a record, without the fields that the line itself gives it. */
    private Map<String, Object> recordFields(final Source source, final List<NamedValue> sent) throws Refused {
        final Map<String, Object> fields = new TreeMap<>();
        for (final NamedValue value : sent) {
            final String name = value.name();
            final Object converted;
            if (name.startsWith("props.") && RecordFields.hasProperties(source)) {
                converted = Conversion.free(value.value());
            } else {
                final Field field = RecordFields.named(source, name);
                final boolean isGivenByLine = name.equals("t") || name.equals("id") || name.equals("orderId")
                    || name.equals("website") && source != Source.ORDER;
                if (field == null || field.origin() != Field.Origin.RECORD || isGivenByLine) {
                    throw new Refused("unknown field: field=" + name);
                }
                converted = Conversion.convert(value.value(), field.type());
            }
            if (name.equals("website") && converted != null && !websites.containsKey(converted)) {
                throw new Refused("unknown website: website=" + converted);
            }
            if (converted != null) {
                fields.put(name, converted);
            }
        }
        return fields;
    }

    private void orderDelete(final Command.OrderDelete command) throws Refused {
        if (customer(command.key()).orders.remove(command.orderId()) != null) {
            coverage.seen("shop order deleted");
        }
    }

    private void productUpsert(final Command.ProductUpsert command) throws Refused {
        final Map<String, Object> fields = new TreeMap<>();
        for (final NamedValue sent : command.fields()) {
            final String name = sent.name();
            final Object value;
            final String as;
            if (name.startsWith("attributes.")) {
                value = Conversion.free(sent.value());
                as = name.substring("attributes.".length());
            } else if (name.equals("categories")) {
                value = Conversion.convert(sent.value(), ValueType.ENUM_SET);
                as = "category";
            } else if (name.equals("sku") || name.equals("price") || name.equals("onSale")) {
                value = Conversion.convert(sent.value(), RecordFields.named(Source.VIEW, "product." + name).type());
                as = name;
            } else {
                throw new Refused("unknown field of a product: field=" + name);
            }
            if (value != null) {
                fields.put("product." + as, value);
            }
        }
        if (products.put(command.product(), fields) != null) {
            coverage.seen("shop product replaced");
        }
    }

    // ----- definitions

    private void putDefinition(final Command.PutDefinition command) throws Refused {
        try {
            switch (command.kind()) {
                case ATTRIBUTE -> putAttribute(command.key(), Json.readObject(command.json()));
                case WEBSITE -> putWebsite(command.key(), Json.readObject(command.json()));
                case GROUP -> putGroup(command.key(), Json.readObject(command.json()));
                case SEGMENT -> putSegment(NaiveParser.parse(command.key(), command.json(), catalog()));
                default -> throw new IllegalStateException("not known here: command=" + command);
            }
        } catch (final IllegalArgumentException | DateTimeException fault) {
            throw new Refused("not a definition: " + fault.getMessage());
        }
    }

    private void deleteDefinition(final Command.DeleteDefinition command) throws Refused {
        switch (command.kind()) {
            case GROUP -> deleteGroup(Integer.parseInt(command.key()));
            case SEGMENT -> {
                if (!undefine(command.key(), command.force())) {
                    throw new Refused("unknown or referred to: segment=" + command.key());
                }
            }
            default -> throw new Refused("attributes and websites stay: key=" + command.key());
        }
    }

    private void putAttribute(final String key, final Map<String, Object> json) throws Refused {
        checkFields(json, "type", "pii", "sensitive", "visitorAllowed", "key");
        if (!key.matches("[A-Za-z0-9_.-]{1,64}") || key.equals("group") || key.equals("website")) {
            throw new Refused("not an attribute's key: key=" + key);
        }
        final ValueType type = ValueType.valueOf(Json.text(json.get("type")));
        if (type == ValueType.KEY) {
            throw new Refused("of records only: type=KEY");
        }
        final Attribute known = attributes.get(key);
        if (known != null && known.type() != type && isUsed(key)) {
            throw new Refused("in use with another type: attribute=" + key);
        }
        attributes.put(key, new Attribute(known == null ? attributes.size() : known.id(), key, type,
            flag(json, "pii"), flag(json, "sensitive"), flag(json, "visitorAllowed")));
    }

    private boolean isUsed(final String attribute) {
        return subjects.values().stream().anyMatch(subject -> subject.attributes.containsKey(attribute))
            || segments.values().stream()
            .anyMatch(segment -> ConditionParts.usesAttribute(segment.condition(), attribute));
    }

    private void putWebsite(final String code, final Map<String, Object> json) throws Refused {
        checkFields(json, "id", "code", "zone", "currency", "defaultGroupId");
        final Website known = websites.get(code);
        if (!code.equals(json.getOrDefault("code", code)) || known == null && !json.containsKey("id")) {
            throw new Refused("a website needs its id, and its code is the key's: code=" + code);
        }
        final int id = json.containsKey("id") ? (int)Json.whole(json.get("id")) : known.id();
        for (final Website other : websites.values()) {
            if (other.code().equals(code) != (other.id() == id)) {
                throw new Refused("ids are unique and stay: website=" + code);
            }
        }
        if (id < 1 || id > 65535) {
            throw new Refused("id out of range: id=" + id);
        }
        final int defaultGroup = json.containsKey("defaultGroupId") ? (int)Json.whole(json.get("defaultGroupId")) : 1;
        checkGroup(SubjectKind.CUSTOMER, defaultGroup);
        final ZoneId zone = ZoneId.of(Json.text(json.getOrDefault("zone", "UTC")));
        websites.put(code, new Website(id, code, zone, Json.text(json.getOrDefault("currency", "")), defaultGroup,
            known == null ? 1 : known.version() + 1));
    }

    private void putGroup(final String key, final Map<String, Object> json) throws Refused {
        checkFields(json, "id", "code", "taxClassId", "excludedWebsites", "system");
        int id = CustomerGroup.GENERAL;
        if (key.isEmpty()) {
            while (groups.containsKey(id) || id == CustomerGroup.ALL_GROUPS) {
                id++;
            }
        } else {
            id = Integer.parseInt(key);
        }
        if (id < 0 || id > 65535 || id == CustomerGroup.ALL_GROUPS) {
            throw new Refused("not a group's id: id=" + id);
        }
        final String code = Json.text(json.get("code")).strip();
        final int length = code.codePointCount(0, code.length());
        if (length < 1 || length > 32) {
            throw new Refused("1 to 32 characters: code=" + code);
        }
        final List<String> excluded = new ArrayList<>();
        if (json.containsKey("excludedWebsites")) {
            for (final Object website : Json.list(json.get("excludedWebsites"))) {
                if (!websites.containsKey(Json.text(website))) {
                    throw new Refused("unknown website: website=" + website);
                }
                excluded.add(Json.text(website));
            }
        }
        for (final CustomerGroup other : groups.values()) {
            if (other.id() != id && NaiveText.fold(other.code()).equals(NaiveText.fold(code))) {
                throw new Refused("unique without regard to case: code=" + code);
            }
        }
        final CustomerGroup known = groups.get(id);
        if (id == CustomerGroup.NOT_LOGGED_IN && (!code.equals(known.code()) || !excluded.isEmpty())) {
            throw new Refused("group 0 stays as it is");
        }
        final int taxClass = json.containsKey("taxClassId") ? (int)Json.whole(json.get("taxClassId"))
            : CustomerGroup.RETAIL_CUSTOMER;
        groups.put(id, new CustomerGroup(id, code, taxClass, excluded, known != null && known.system(),
            known == null ? 1 : known.version() + 1));
    }

    private void deleteGroup(final int group) throws Refused {
        if (!groups.containsKey(group) || group == CustomerGroup.NOT_LOGGED_IN) {
            throw new Refused("cannot be deleted: group=" + group);
        }
        for (final Website website : websites.values()) {
            if (website.defaultGroupId() == group) {
                throw new Refused("a website's default: group=" + group);
            }
        }
        for (final SegmentDefinition segment : segments.values()) {
            if (ConditionParts.usesGroup(segment.condition(), group)) {
                throw new Refused("used by a condition: group=" + group + ", segment=" + segment.key());
            }
        }
        groups.remove(group);
        for (final ShopSubject subject : subjects.values()) {
            if (subject.group == group) {
                subject.group = websites.get(subject.website).defaultGroupId();
                coverage.seen("shop member of a deleted group");
            }
        }
    }

    /** Creates or replaces a segment; false where DOMAIN refuses it. */
    public boolean define(final SegmentDefinition definition) {
        refusal = "";
        try {
            putSegment(definition);
            return true;
        } catch (final Refused refused) {
            refusal = refused.getMessage();
            return false;
        }
    }

    /** Deletes a segment that no other refers to. */
    public boolean undefine(final String key) {
        return undefine(key, false);
    }

    /** Deletes a segment; by force also where others refer to it. */
    public boolean undefine(final String key, final boolean force) {
        if (!segments.containsKey(key) || !force && isReferredTo(key)) {
            return false;
        }
        segments.remove(key);
        return true;
    }

    private void putSegment(final SegmentDefinition definition) throws Refused {
        final String key = definition.key();
        for (final String other : ConditionParts.segments(definition.condition())) {
            if (!other.equals(key) && !segments.containsKey(other)) {
                throw new Refused("unknown segment: segment=" + other);
            }
            if (reaches(other, key)) {
                throw new Refused("a cycle: " + key + " -> " + other);
            }
        }
        for (final int website : definition.websites()) {
            if (websites.values().stream().noneMatch(known -> known.id() == website)) {
                throw new Refused("unknown website: id=" + website);
            }
        }
        if (definition.condition().equals(new Condition.All(List.of())) && !definition.confirmAll()) {
            throw new Refused("everyone, without confirmAll");
        }
        final SegmentDefinition known = segments.get(key);
        final boolean isSwitchedOff = known != null && known.status() == SegmentDefinition.Status.ACTIVE
            && definition.status() != SegmentDefinition.Status.ACTIVE;
        if (isSwitchedOff && isReferredTo(key)) {
            throw new Refused("others refer to it: segment=" + key);
        }
        segments.put(key, definition);
        coverage.definition(definition);
    }

    private boolean reaches(final String from, final String to) {
        if (from.equals(to)) {
            return true;
        }
        for (final String next : segments.containsKey(from)
            ? ConditionParts.segments(segments.get(from).condition()) : Set.<String>of()) {
            if (reaches(next, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean isReferredTo(final String key) {
        return segments.values().stream().anyMatch(other -> !other.key().equals(key)
            && ConditionParts.segments(other.condition()).contains(key));
    }

    private static boolean flag(final Map<String, Object> json, final String name) {
        return json.containsKey(name) && Json.bool(json.get(name));
    }

    private static void checkFields(final Map<String, Object> json, final String... known) throws Refused {
        for (final String name : json.keySet()) {
            if (!List.of(known).contains(name)) {
                throw new Refused("unknown field: field=" + name);
            }
        }
    }

    private final class ShopCatalog implements Catalog {
        @Override
        public Attribute attribute(final String key) {
            return attributes.get(key);
        }

        @Override
        public Website website(final String code) {
            return websites.get(code);
        }

        @Override
        public Website website(final int id) {
            return websites.values().stream().filter(website -> website.id() == id).findFirst().orElse(null);
        }

        @Override
        public CustomerGroup group(final String code) {
            return groups.values().stream()
                .filter(group -> NaiveText.fold(group.code()).equals(NaiveText.fold(code))).findFirst().orElse(null);
        }

        @Override
        public CustomerGroup group(final int id) {
            return groups.get(id);
        }

        @Override
        public boolean hasSegment(final String key) {
            return segments.containsKey(key);
        }
    }
}
