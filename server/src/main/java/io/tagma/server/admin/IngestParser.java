package io.tagma.server.admin;

import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of an ingest stream as a command. Checks all that can be known without the engine's state: names, types,
 * ranges, lengths, what is required; null counts as absent, except that it removes an attribute.
 *
 * <p>Not thread-safe; reused for line after line.
 */
final class IngestParser {
    private static final int EVENT_ID_LENGTH_MAX = 255;
    private static final int NAME_LENGTH_MAX = 64;
    private static final int GROUP_MAX = 65_534;
    private static final Pattern ATTRIBUTE_KEY = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final LineReader in = new LineReader();
    private boolean isOpRead;
    private String eventId;

    /** The line's command. */
    Command parse(final byte[] line, final int offset, final int length) throws LineFault {
        in.open(line, offset, length);
        eventId = null;
        final String op = op();
        final Command command = command(op);
        in.end();
        return command;
    }

    /** Finds the operation's name; usually it comes first, and reading goes on behind it. */
    private String op() throws LineFault {
        boolean isFirst = true;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals("op")) {
                final String op = in.key(NAME_LENGTH_MAX);
                isOpRead = isFirst;
                if (!isFirst) {
                    in.reopen();
                }
                return op;
            }
            in.skip();
            isFirst = false;
        }
        throw in.missing("op");
    }

    private Command command(final String op) throws LineFault {
        switch (op) {
            case "subject.upsert":
                return subjectUpsert();
            case "subject.delete":
                return subjectDelete();
            case "group.assign":
                return groupAssign();
            case "order.upsert":
                return orderUpsert();
            case "order.delete":
                return orderDelete();
            case "product.upsert":
                return productUpsert();
            case "product.delete":
                return productDelete();
            case "consent.set":
                return consentSet();
            case "cart.put":
                return cartPut();
            case "cart.clear":
                return cartClear();
            case "wishlist.add":
                return wishlistAdd();
            case "view":
                return view();
            case "wishlist.remove":
                return wishlistRemove();
            case "event":
                return event();
            case "identity.login":
                return identity(true);
            case "identity.logout":
                return identity(false);
            default:
                throw new LineFault(ResultCode.INVALID, "/op", "unknown operation");
        }
    }

    // ---- subjects

    private Command subjectUpsert() throws LineFault {
        String key = null;
        SubjectKind kind = null;
        String website = null;
        Integer group = null;
        List<NamedValue> attributes = List.of();
        List<List<NamedValue>> addresses = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "kind" -> kind = in.isNull() ? null : kind();
                case "website" -> website = optionalId();
                case "group" -> group = in.isNull() ? null : (int) in.whole(0, GROUP_MAX);
                case "attributes" -> attributes = in.isNull() ? List.of() : attributes();
                case "addresses" -> addresses = in.isNull() ? null : addresses();
                default -> common(name);
            }
        }
        require(key, "key");
        return new Command.SubjectUpsert(key, kind, website, group, attributes, addresses, eventId);
    }

    private SubjectKind kind() throws LineFault {
        final String kind = in.key(NAME_LENGTH_MAX);
        if (kind.equals("customer")) {
            return SubjectKind.CUSTOMER;
        }
        if (kind.equals("visitor")) {
            return SubjectKind.VISITOR;
        }
        throw in.fault("must be customer or visitor");
    }

    private List<NamedValue> attributes() throws LineFault {
        in.enterObject();
        final List<NamedValue> attributes = new ArrayList<>();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (!ATTRIBUTE_KEY.matcher(name).matches()) {
                throw in.fault("an attribute's key is 1-64 of A-Z a-z 0-9 _ . -");
            }
            attributes.add(new NamedValue(name, in.value()));
        }
        return attributes;
    }

    private List<List<NamedValue>> addresses() throws LineFault {
        in.enterArray();
        final List<List<NamedValue>> addresses = new ArrayList<>();
        while (in.nextElement()) {
            in.enterObject();
            final List<NamedValue> address = new ArrayList<>();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                field(Source.ADDRESS, name, name, address);
            }
            addresses.add(address);
        }
        return addresses;
    }

    private Command subjectDelete() throws LineFault {
        String key = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals("key")) {
                key = subjectKey();
            } else {
                common(name);
            }
        }
        require(key, "key");
        return new Command.SubjectDelete(key, eventId);
    }

    private Command groupAssign() throws LineFault {
        String key = null;
        Integer group = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "group" -> group = (int) in.whole(0, GROUP_MAX);
                default -> common(name);
            }
        }
        require(key, "key");
        require(group, "group");
        return new Command.GroupAssign(key, group, eventId);
    }

    private Command consentSet() throws LineFault {
        String key = null;
        String purpose = null;
        Boolean granted = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "purpose" -> purpose = in.key(NAME_LENGTH_MAX);
                case "granted" -> granted = in.flag();
                default -> common(name);
            }
        }
        require(key, "key");
        require(purpose, "purpose");
        require(granted, "granted");
        return new Command.ConsentSet(key, purpose, granted, eventId);
    }

    private Command identity(final boolean isLogin) throws LineFault {
        String visitor = null;
        String customer = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals("visitor")) {
                visitor = subjectKey();
            } else if (name.equals("customer") && isLogin) {
                customer = subjectKey();
            } else {
                common(name);
            }
        }
        require(visitor, "visitor");
        if (isLogin) {
            require(customer, "customer");
        }
        return isLogin ? new Command.Login(visitor, customer, eventId) : new Command.Logout(visitor, eventId);
    }

    // ---- orders

    private Command orderUpsert() throws LineFault {
        String key = null;
        Command.OrderUpsert order = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "order" -> order = order();
                default -> common(name);
            }
        }
        require(key, "key");
        require(order, "order");
        return new Command.OrderUpsert(key, order.orderId(), order.t(), order.fields(), order.items(), eventId);
    }

    private Command.OrderUpsert order() throws LineFault {
        in.enterObject();
        String id = null;
        Long t = null;
        final List<NamedValue> fields = new ArrayList<>();
        List<Command.Item> items = List.of();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "id" -> id = in.key(Keys.ID_LENGTH_MAX);
                case "t" -> t = optionalInstant();
                case "billing", "shipping" -> address(name, fields);
                case "props" -> properties("props.", fields);
                case "items" -> items = in.isNull() ? List.of() : items(Source.ORDER_ITEM, true);
                default -> field(Source.ORDER, name, name, fields);
            }
        }
        require(id, "id");
        return new Command.OrderUpsert("", id, t, fields, items, null);
    }

    private void address(final String side, final List<NamedValue> into) throws LineFault {
        if (in.isNull()) {
            return;
        }
        in.enterObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            field(Source.ORDER, name, side + "." + name, into);
        }
    }

    private List<Command.Item> items(final Source source, final boolean mayHaveWebsite) throws LineFault {
        in.enterArray();
        final List<Command.Item> items = new ArrayList<>();
        while (in.nextElement()) {
            in.enterObject();
            Long t = null;
            final List<NamedValue> fields = new ArrayList<>();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "t" -> t = optionalInstant();
                    case "props" -> properties("props.", fields);
                    case "product", "qty", "rowTotal" -> field(source, name, name, fields);
                    case "website" -> {
                        if (!mayHaveWebsite) {
                            throw unknown();
                        }
                        field(source, name, name, fields);
                    }
                    default -> throw unknown();
                }
            }
            items.add(new Command.Item(t, fields));
        }
        return items;
    }

    private Command orderDelete() throws LineFault {
        String key = null;
        String id = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "id" -> id = in.key(Keys.ID_LENGTH_MAX);
                default -> common(name);
            }
        }
        require(key, "key");
        require(id, "id");
        return new Command.OrderDelete(key, id, eventId);
    }

    // ---- products

    private Command productUpsert() throws LineFault {
        String product = null;
        final List<NamedValue> fields = new ArrayList<>();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "product" -> product = in.key(Keys.ID_LENGTH_MAX);
                case "categories" -> add(name, in.isNull() ? null : in.codes(), fields);
                case "sku" -> add(name, in.isNull() ? null : in.text(), fields);
                case "price" -> add(name, in.isNull() ? null : in.amount(), fields);
                case "onSale" -> add(name, in.isNull() ? null : Value.of(in.flag()), fields);
                case "attributes" -> properties("attributes.", fields);
                default -> common(name);
            }
        }
        require(product, "product");
        return new Command.ProductUpsert(product, fields, eventId);
    }

    private Command productDelete() throws LineFault {
        String product = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals("product")) {
                product = in.key(Keys.ID_LENGTH_MAX);
            } else {
                common(name);
            }
        }
        require(product, "product");
        return new Command.ProductDelete(product, eventId);
    }

    // ---- behaviour

    private Command cartPut() throws LineFault {
        String key = null;
        String website = null;
        Command.CartPut cart = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "website" -> website = optionalId();
                case "cart" -> cart = cart();
                default -> common(name);
            }
        }
        require(key, "key");
        require(cart, "cart");
        return new Command.CartPut(key, website, cart.t(), cart.fields(), cart.items(), eventId);
    }

    private Command.CartPut cart() throws LineFault {
        in.enterObject();
        Long t = null;
        final List<NamedValue> fields = new ArrayList<>();
        List<Command.Item> items = List.of();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "t" -> t = optionalInstant();
                case "items" -> items = in.isNull() ? List.of() : items(Source.CART_ITEM, false);
                case "website" -> throw unknown();
                default -> field(Source.CART, name, name, fields);
            }
        }
        return new Command.CartPut("", null, t, fields, items, null);
    }

    private Command cartClear() throws LineFault {
        String key = null;
        String website = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "website" -> website = optionalId();
                default -> common(name);
            }
        }
        require(key, "key");
        return new Command.CartClear(key, website, eventId);
    }

    private Command wishlistAdd() throws LineFault {
        final ProductRecord wish = productRecord();
        return new Command.WishlistAdd(wish.key, wish.product, wish.t, wish.website, eventId);
    }

    private Command view() throws LineFault {
        final ProductRecord view = productRecord();
        return new Command.View(view.key, view.product, view.t, view.website, eventId);
    }

    /** What a view and a wish say. */
    private record ProductRecord(String key, String product, Long t, String website) {
    }

    private ProductRecord productRecord() throws LineFault {
        String key = null;
        String product = null;
        Long t = null;
        String website = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "product" -> product = in.key(Keys.ID_LENGTH_MAX);
                case "t" -> t = optionalInstant();
                case "website" -> website = optionalId();
                default -> common(name);
            }
        }
        require(key, "key");
        require(product, "product");
        return new ProductRecord(key, product, t, website);
    }

    private Command wishlistRemove() throws LineFault {
        String key = null;
        String product = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "product" -> product = in.key(Keys.ID_LENGTH_MAX);
                default -> common(name);
            }
        }
        require(key, "key");
        require(product, "product");
        return new Command.WishlistRemove(key, product, eventId);
    }

    private Command event() throws LineFault {
        String key = null;
        String event = null;
        Long t = null;
        String website = null;
        final List<NamedValue> fields = new ArrayList<>();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "key" -> key = subjectKey();
                case "name" -> event = in.key(NAME_LENGTH_MAX);
                case "t" -> t = optionalInstant();
                case "website" -> website = optionalId();
                case "props" -> properties("props.", fields);
                default -> common(name);
            }
        }
        require(key, "key");
        require(event, "name");
        return new Command.CustomEvent(key, event, t, website, fields, eventId);
    }

    // ---- shared by operations

    private void common(final String name) throws LineFault {
        if (name.equals("eventId")) {
            eventId = in.isNull() ? null : in.key(EVENT_ID_LENGTH_MAX);
        } else if (isOpRead || !name.equals("op")) {
            throw unknown();
        }
    }

    private String subjectKey() throws LineFault {
        return in.key(Keys.SUBJECT_LENGTH_MAX);
    }

    private String optionalId() throws LineFault {
        return in.isNull() ? null : in.key(Keys.ID_LENGTH_MAX);
    }

    private Long optionalInstant() throws LineFault {
        return in.isNull() ? null : Long.valueOf(in.instant());
    }

    /**
     * A fixed field of a record.
     *
     * @param written as it stands in the JSON
     * @param name    as conditions name it
     */
    private void field(final Source source, final String written, final String name, final List<NamedValue> into)
        throws LineFault {
        final Field field = written.indexOf('.') >= 0 ? null : RecordFields.named(source, name);
        if (field == null) {
            throw unknown();
        }
        if (in.isNull()) {
            return;
        }
        final Value value = switch (field.type()) {
            case DECIMAL -> in.amount();
            case BOOL -> Value.of(in.flag());
            case INT -> Value.of(in.whole(Long.MIN_VALUE + 1, Long.MAX_VALUE));
            case INSTANT -> Value.of(in.instant());
            case KEY -> Value.of(in.key(Keys.ID_LENGTH_MAX));
            default -> in.text();
        };
        into.add(new NamedValue(name, value));
    }

    /** Free properties: any name, any value but an object; null is absent. */
    private void properties(final String prefix, final List<NamedValue> into) throws LineFault {
        if (in.isNull()) {
            return;
        }
        in.enterObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            final String wrong = Keys.fault(name, NAME_LENGTH_MAX);
            if (wrong != null) {
                throw in.fault("the property's name " + wrong);
            }
            add(prefix + name, in.isNull() ? null : in.value(), into);
        }
    }

    private static void add(final String name, final Value value, final List<NamedValue> into) {
        if (value != null) {
            into.add(new NamedValue(name, value));
        }
    }

    private LineFault unknown() {
        return in.fault("unknown field");
    }

    private void require(final Object value, final String name) throws LineFault {
        if (value == null) {
            throw in.missing(name);
        }
    }
}
