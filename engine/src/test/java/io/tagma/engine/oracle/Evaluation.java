package io.tagma.engine.oracle;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.SubjectKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One subject at one instant: every node of a condition from scratch, writing down what it saw. */
final class Evaluation {
    private final NaiveShop shop;
    private final ShopSubject subject;
    private final PastView past;
    private final long now;
    private final Coverage coverage;
    private final StringBuilder trace;
    private final Verdict verdict;
    private SegmentDefinition segment;
    private int depth;

    Evaluation(final NaiveShop shop, final ShopSubject subject, final PastView past, final long now,
               final Coverage coverage, final StringBuilder trace) {
        this.shop = shop;
        this.subject = subject;
        this.past = past;
        this.now = now;
        this.coverage = coverage;
        this.trace = trace;
        this.verdict = new Verdict(now,
            past.zones().getOrDefault(subject.website, shop.website(subject.website).zone()));
    }

    private int group() {
        return past.group() == null ? subject.group : past.group();
    }

    private Object productField(final String product, final String field) {
        return product != null && past.products().containsKey(product) ? past.products().get(product).get(field)
            : shop.productField(product, field);
    }

    boolean isMember(final SegmentDefinition asked) {
        final SegmentDefinition outer = segment;
        segment = asked;
        final String outside = reasonOutside();
        if (trace != null) {
            note("segment " + asked.key() + (outside == null ? "" : ": outside, " + outside));
        }
        coverage.verdict("universe", outside == null);
        final boolean isMember = outside == null && nested(asked.condition());
        coverage.verdict("segment", isMember);
        segment = outer;
        return isMember;
    }

    /** Null where the subject is in the universe of a segment that may have members now. */
    private String reasonOutside() {
        if (segment.status() != SegmentDefinition.Status.ACTIVE) {
            return "status=" + segment.status();
        }
        if (segment.validFrom() != null && now < segment.validFrom()) {
            return "validFrom=" + segment.validFrom();
        }
        if (segment.validTo() != null && now >= segment.validTo()) {
            return "validTo=" + segment.validTo();
        }
        if (segment.applyTo() == SegmentDefinition.ApplyTo.REGISTERED && subject.kind != SubjectKind.CUSTOMER
            || segment.applyTo() == SegmentDefinition.ApplyTo.VISITORS && subject.kind != SubjectKind.VISITOR) {
            return "applyTo=" + segment.applyTo();
        }
        if (!segment.websites().isEmpty() && !segment.websites().contains(websiteId(subject.website))) {
            return "websites=" + segment.websites();
        }
        if (segment.purpose() != null && !subject.consents.getOrDefault(segment.purpose(), false)) {
            return "purpose=" + segment.purpose();
        }
        return null;
    }

    private int websiteId(final String code) {
        return shop.website(code).id();
    }

    // ----- nodes

    private boolean nested(final Condition condition) {
        depth++;
        final boolean holds = holds(condition);
        depth--;
        return holds;
    }

    private boolean holds(final Condition condition) {
        if (condition instanceof Condition.AttributeTest attribute) {
            final ValueType type = attribute.attribute().type();
            final Object value = subject.attributes.get(attribute.attribute().key());
            return leaf(condition, () -> Coverage.testName("attr", type, attribute.test()), trace == null ? ""
                : attribute.attribute().key() + "=" + value + " " + attribute.test(),
                verdict.of(type, value, attribute.test()));
        } else if (condition instanceof Condition.GroupTest group) {
            return leaf(condition, () -> "group " + group.test().operator().code(),
                trace == null ? "" : "group=" + group() + " " + group.test(),
                verdict.of(ValueType.INT, (long)group(), group.test()));
        } else if (condition instanceof Condition.WebsiteTest website) {
            final long id = websiteId(subject.website);
            return leaf(condition, () -> "website " + website.test().operator().code(),
                trace == null ? "" : "website=" + id + " " + website.test(),
                verdict.of(ValueType.INT, id, website.test()));
        } else if (condition instanceof Condition.Exists exists) {
            final List<ShopRecord> records = selected(exists.query());
            return leaf(condition, () -> "node Exists" + (exists.not() ? " not" : ""),
                trace == null ? "" : exists + " selects " + ids(records),
                records.isEmpty() == exists.not());
        } else if (condition instanceof Condition.Aggregate aggregate) {
            return aggregate(aggregate);
        } else if (condition instanceof Condition.Membership membership) {
            final SegmentDefinition other = shop.segment(membership.segment());
            depth++;
            final boolean isMember = other != null && isMember(other);
            depth--;
            return leaf(condition, () -> "node Membership", trace == null ? "" : membership.toString(), isMember);
        } else if (condition instanceof Condition.Sample sample) {
            final int bucket = bucket(sample.salt(), subject.key);
            return leaf(condition, () -> "node Sample",
                trace == null ? "" : sample + " bucket=" + bucket,
                !subject.isStranger() && sample.from() <= bucket && bucket < sample.to());
        }
        return combination(condition);
    }

    private boolean combination(final Condition condition) {
        final String name = condition.getClass().getSimpleName();
        note(name);
        int trueCount = 0;
        final List<Condition> children = ConditionParts.children(condition);
        for (final Condition child : children) {
            trueCount += nested(child) ? 1 : 0;
        }
        final boolean holds;
        if (condition instanceof Condition.All) {
            holds = trueCount == children.size();
        } else if (condition instanceof Condition.Any) {
            holds = trueCount > 0;
        } else if (condition instanceof Condition.None) {
            holds = trueCount == 0;
        } else if (condition instanceof Condition.NotAll) {
            holds = trueCount < children.size();
        } else {
            holds = trueCount >= ((Condition.AtLeast)condition).k();
        }
        return leaf(condition, () -> "node " + name, trace == null ? "" : name + ", true children: " + trueCount
            + " of " + children.size(), holds);
    }

    private boolean leaf(final Condition condition, final Supplier<String> name, final String what,
                         final boolean holds) {
        coverage.verdict(condition, holds, name);
        note((holds ? "TRUE  " : "false ") + what);
        return holds;
    }

    private void note(final String line) {
        if (trace != null) {
            trace.append("  ".repeat(depth)).append(line).append('\n');
        }
    }

    // ----- sample

    static int bucket(final String salt, final String key) {
        try {
            final byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest((salt + ":" + key).getBytes(StandardCharsets.UTF_8));
            return (int)Long.remainderUnsigned(ByteBuffer.wrap(hash).getLong(), 10_000);
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    // ----- records

    private List<ShopRecord> selected(final Condition.Query query) {
        final List<ShopRecord> selected = new ArrayList<>();
        for (final ShopRecord record : visible(query.source(), query.eventName())) {
            final boolean isInWindow = query.window() == null || isIn(query.window(), record);
            if (isInWindow && matches(query.where(), record) && passes(query.notIn(), record)) {
                selected.add(record);
            }
        }
        coverage.verdict(query, !selected.isEmpty(), () -> "source " + query.source().name());
        return selected;
    }

    private boolean matches(final Filter where, final ShopRecord record) {
        final boolean holds = passes(where, record);
        coverage.verdict(where instanceof Filter.Any ? "match any" : "match all", holds);
        return holds;
    }

    /** t at or before now, and under eventScope WEBSITE of no website or one of the segment's. */
    private List<ShopRecord> visible(final Source source, final String eventName) {
        final List<ShopRecord> visible = new ArrayList<>();
        for (final ShopRecord record : subject.records(source, eventName)) {
            final boolean isPast = record.t() == null || !record.t().isAfter(Instant.ofEpochMilli(now));
            final boolean isInScope = !segment.websiteScope() || segment.websites().isEmpty()
                || record.website() == null || segment.websites().contains(websiteId(record.website()));
            if (isPast && isInScope) {
                visible.add(record);
            }
        }
        return visible;
    }

    private boolean isIn(final Window window, final ShopRecord record) {
        final Instant t = record.t();
        final Instant instant = Instant.ofEpochMilli(now);
        final boolean isIn;
        if (window instanceof Window.Last last) {
            isIn = t.isAfter(instant.minusMillis(last.durationMs())) && !t.isAfter(instant);
        } else if (window instanceof Window.LastDays last) {
            isIn = !t.isBefore(verdict.startOf(verdict.today().minusDays(last.days()))) && !t.isAfter(instant);
        } else if (window instanceof Window.Ago ago) {
            isIn = t.isAfter(instant.minusMillis(ago.fromMs())) && !t.isAfter(instant.minusMillis(ago.toMs()));
        } else {
            final Window.Between between = (Window.Between)window;
            isIn = (between.fromMs() == null || t.toEpochMilli() >= between.fromMs())
                && (between.toMs() == null || t.toEpochMilli() <= between.toMs()) && !t.isAfter(instant);
        }
        coverage.verdict(window, isIn, () -> Coverage.windowName(window));
        return isIn;
    }

    private boolean passes(final Condition.NotIn notIn, final ShopRecord record) {
        if (notIn == null) {
            return true;
        }
        final Object on = onValue(record, notIn.on());
        boolean passes = true;
        for (final ShopRecord other : visible(notIn.source(), notIn.eventName())) {
            final Object otherOn = onValue(other, notIn.on());
            if (on != null && on.equals(otherOn)) {
                passes = false;
            }
        }
        coverage.verdict("notIn", passes);
        return passes;
    }

    /** The field's value in a form whose equals is the equality of conditions. */
    private Object onValue(final ShopRecord record, final String on) {
        final Field named = RecordFields.named(record.source(), on);
        final ValueType type = named == null ? ValueType.STRING : named.type();
        return comparable(type, on.startsWith("product.") ? productField(record.product(), on)
            : record.fields().get(on));
    }

    private static Object comparable(final ValueType type, final Object value) {
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros();
        } else if (value instanceof String text && (type == ValueType.STRING || type == null)) {
            return NaiveText.fold(text);
        }
        return value;
    }

    private boolean passes(final Filter filter, final ShopRecord record) {
        if (filter instanceof Filter.FieldTest test) {
            final ValueType type = test.field().type();
            final boolean holds = verdict.of(type, value(test.field(), record), test.test());
            coverage.verdict(filter, holds, () -> Coverage.testName("field", type, test.test()));
            if (test.field().origin() == Field.Origin.PRODUCT) {
                coverage.verdict(Coverage.productFieldName(test.field()), holds);
            }
            return holds;
        }
        final boolean holds;
        if (filter instanceof Filter.All all) {
            holds = count(all.children(), record) == all.children().size();
        } else if (filter instanceof Filter.Any any) {
            holds = count(any.children(), record) > 0;
        } else if (filter instanceof Filter.None none) {
            holds = count(none.children(), record) == 0;
        } else {
            final Filter.NotAll notAll = (Filter.NotAll)filter;
            holds = count(notAll.children(), record) < notAll.children().size();
        }
        coverage.verdict(filter, holds, () -> "filter " + filter.getClass().getSimpleName());
        return holds;
    }

    private int count(final List<Filter> filters, final ShopRecord record) {
        int count = 0;
        for (final Filter filter : filters) {
            count += passes(filter, record) ? 1 : 0;
        }
        return count;
    }

    /** The field's value, or null: also where an undeclared one is of another type than the literal expects. */
    private Object value(final Field field, final ShopRecord record) {
        final Object value = field.origin() == Field.Origin.PRODUCT
            ? productField(record.product(), field.name()) : record.fields().get(field.name());
        if (field.type() == null || value == null) {
            return value;
        }
        final Class<?> expected = switch (field.type()) {
            case BOOL -> Boolean.class;
            case INT -> Long.class;
            case DECIMAL -> BigDecimal.class;
            case DOUBLE -> Double.class;
            case STRING, ENUM, KEY -> String.class;
            case ENUM_SET -> Set.class;
            case DATE -> LocalDate.class;
            case INSTANT -> Instant.class;
            default -> throw new IllegalStateException("type=" + field.type());
        };
        return expected.isInstance(value) ? value : null;
    }

    // ----- aggregates

    private boolean aggregate(final Condition.Aggregate aggregate) {
        final List<ShopRecord> records = selected(aggregate.query());
        final Condition.Function function = aggregate.function();
        final List<Object> values = new ArrayList<>();
        for (final ShopRecord record : records) {
            final Object value = aggregate.field() == null ? record : value(aggregate.field(), record);
            if (value != null && !(value instanceof Set<?>)) {
                values.add(value);
            }
        }

        BigDecimal left = null;
        int n = 1;
        if (values.isEmpty() && aggregate.empty() != null) {
            left = number(Verdict.constant(aggregate.resultType(), aggregate.empty()));
        } else if (function == Condition.Function.COUNT) {
            left = BigDecimal.valueOf(values.size());
        } else if (function == Condition.Function.COUNT_DISTINCT) {
            final Set<Object> distinct = new HashSet<>();
            values.forEach(value -> distinct.add(comparable(aggregate.field().type(), value)));
            left = BigDecimal.valueOf(distinct.size());
        } else if (function == Condition.Function.SUM || function == Condition.Function.AVG && !values.isEmpty()) {
            left = BigDecimal.ZERO;
            for (final Object value : values) {
                left = left.add(number(value));
            }
            n = function == Condition.Function.AVG ? values.size() : 1;
        } else if (!values.isEmpty()) {
            left = number(values.get(0));
            for (final Object value : values) {
                left = function == Condition.Function.MIN ? left.min(number(value)) : left.max(number(value));
            }
        }

        final boolean holds = left != null && compares(left, aggregate, n);
        final String operator = aggregate.test().operator().code();
        if (values.isEmpty()) {
            coverage.verdict("agg of nothing", holds);
        }
        if (aggregate.empty() != null) {
            coverage.verdict("agg with empty", holds);
        }
        if (aggregate.resultType() == ValueType.INSTANT) {
            coverage.verdict("agg INSTANT", holds);
        }
        if (aggregate.field() != null && aggregate.field().origin() == Field.Origin.PRODUCT) {
            coverage.verdict("agg of a product's field", holds);
        }
        return leaf(aggregate, () -> "agg " + function + " " + operator, trace == null ? "" : aggregate + " over "
            + ids(records) + " values " + values + " is " + left + (n == 1 ? "" : " / " + n), holds);
    }

    /** Of an average, left is the sum: sum op v x n, exactly. */
    private static boolean compares(final BigDecimal left, final Condition.Aggregate aggregate, final int n) {
        final List<Long> integers = aggregate.test().operand() instanceof Operand.Numbers numbers ? numbers.values()
            : List.of(((Operand.Number)aggregate.test().operand()).value());
        final List<BigDecimal> right = new ArrayList<>();
        for (final long integer : integers) {
            right.add(number(Verdict.constant(aggregate.resultType(), integer)).multiply(BigDecimal.valueOf(n)));
        }
        final int first = left.compareTo(right.get(0));
        final Operator operator = aggregate.test().operator();
        switch (operator) {
            case EQ:
                return first == 0;
            case NE:
                return first != 0;
            case LT:
                return first < 0;
            case LE:
                return first <= 0;
            case GT:
                return first > 0;
            case GE:
                return first >= 0;
            case BETWEEN:
                return first >= 0 && left.compareTo(right.get(1)) <= 0;
            default:
                throw new IllegalStateException("not for aggregates: operator=" + operator);
        }
    }

    private static BigDecimal number(final Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        } else if (value instanceof Long number) {
            return BigDecimal.valueOf(number);
        } else if (value instanceof Double number) {
            return new BigDecimal(number);
        } else if (value instanceof LocalDate date) {
            return BigDecimal.valueOf(date.toEpochDay());
        }
        return BigDecimal.valueOf(((Instant)value).toEpochMilli());
    }

    private List<Object> ids(final List<ShopRecord> records) {
        final List<Object> ids = new ArrayList<>();
        if (trace != null) {
            for (final ShopRecord record : records) {
                ids.add(record.fields());
            }
        }
        return ids;
    }
}
