package io.tagma.engine.words;

import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Query;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import java.util.List;
import java.util.stream.Collectors;

/** Which records a condition looks at, in words. Immutable. */
final class RecordWords {
    private static final Filter EVERY = new Filter.All(List.of());

    private final TimeWords time;
    private final TestWords tests;
    private final long now;
    private final List<String> scope;

    /** {@code scope}: codes of the websites whose records count; null for all. */
    RecordWords(final TimeWords time, final TestWords tests, final long now, final List<String> scope) {
        this.time = time;
        this.tests = tests;
        this.now = now;
        this.scope = scope;
    }

    /** So many of them: {@code no orders in the last 30 days}, {@code 1 order}. */
    String counted(final long n, final Query query) {
        return (n == 0 ? "no" : Long.toString(n)) + " " + noun(query, n) + which(query);
    }

    /** All of them: {@code orders in the last 30 days}. */
    String all(final Query query) {
        return noun(query, 2) + which(query);
    }

    /** What they are called, so many of them. */
    static String noun(final Query query, final long n) {
        return noun(query.source(), query.eventName(), n);
    }

    private static String noun(final Source source, final String eventName, final long n) {
        final boolean isOne = n == 1;
        return switch (source) {
            case ADDRESS -> isOne ? "address" : "addresses";
            case CART -> isOne ? "cart" : "carts";
            case CART_ITEM -> isOne ? "product in the cart" : "products in the cart";
            case WISHLIST_ITEM -> isOne ? "product on the wish list" : "products on the wish list";
            case ORDER -> isOne ? "order" : "orders";
            case ORDER_ITEM -> isOne ? "ordered product" : "ordered products";
            case VIEW -> isOne ? "product view" : "product views";
            case EVENT -> eventName + (isOne ? " event" : " events");
        };
    }

    /** Which of them, with a blank before it; empty where all are meant. */
    String which(final Query query) {
        final String where = query.where().equals(EVERY) ? "" : " where " + filter(query.where(), true);
        final String notIn = query.notIn() == null ? "" : " whose " + Labels.of(query.notIn().on())
            + " is not among the " + noun(query.notIn().source(), query.notIn().eventName(), 2);
        return window(query.window()) + websites() + where + notIn;
    }

    private String websites() {
        return scope == null ? "" : scope.size() == 1 ? " on website " + scope.get(0)
            : " on websites " + TestWords.listed(scope);
    }

    private String window(final Window window) {
        if (window == null) {
            return "";
        } else if (window instanceof Window.Last last) {
            return " in the last " + TimeWords.span(last.durationMs());
        } else if (window instanceof Window.LastDays last) {
            return " in the last " + (last.days() == 1 ? "whole day" : last.days() + " whole days") + " and today";
        } else if (window instanceof Window.Ago ago) {
            return ago.toMs() == 0 ? " in the last " + TimeWords.span(ago.fromMs())
                : " between " + TimeWords.duration(ago.fromMs()) + " and " + TimeWords.duration(ago.toMs()) + " ago";
        }
        final Window.Between between = (Window.Between)window;
        if (between.toMs() == null) {
            return " since " + time.instant(between.fromMs());
        }
        return between.fromMs() == null ? " until " + time.instant(between.toMs())
            : " from " + time.instant(between.fromMs()) + " to " + time.instant(between.toMs());
    }

    private String filter(final Filter filter, final boolean isOutermost) {
        if (filter instanceof Filter.All all) {
            return joined(all.children(), " and ", "", isOutermost);
        } else if (filter instanceof Filter.Any any) {
            return joined(any.children(), " or ", "", isOutermost);
        } else if (filter instanceof Filter.None none) {
            return joined(none.children(), " or ", none.children().size() == 1 ? "not " : "neither ", false);
        } else if (filter instanceof Filter.NotAll notAll) {
            return joined(notAll.children(), " and ", "not all of ", false);
        }
        final Filter.FieldTest test = (Filter.FieldTest)filter;
        return Labels.of(test.field().name()) + " "
            + tests.is(test.test(), test.field().type() == null ? ValueType.STRING : test.field().type());
    }

    private String joined(final List<Filter> filters, final String between, final String before,
                          final boolean isOutermost) {
        if (filters.size() == 1 && before.isEmpty()) {
            return filter(filters.get(0), isOutermost);
        }
        return filters.stream().map(each -> filter(each, false)).collect(Collectors.joining(between,
            isOutermost ? "" : before + "(", isOutermost ? "" : ")"));
    }

    /** What would have to come to add a record now: {@code another order comes}; null where that adds none. */
    String another(final Query query) {
        if (!isOpen(query.window()) || isTimed(query.where())) {
            return null;
        }
        return switch (query.source()) {
            case ADDRESS -> "the addresses change";
            case CART, CART_ITEM -> "the cart changes";
            case WISHLIST_ITEM -> "the wish list changes";
            case ORDER, ORDER_ITEM -> "another order comes";
            case VIEW, EVENT -> "another " + noun(query, 1) + " comes";
        };
    }

    private boolean isOpen(final Window window) {
        if (window instanceof Window.Ago ago) {
            return ago.toMs() == 0;
        }
        return !(window instanceof Window.Between between) || (between.fromMs() == null || between.fromMs() <= now)
            && (between.toMs() == null || between.toMs() > now);
    }

    private static boolean isTimed(final Filter filter) {
        if (filter instanceof Filter.FieldTest test) {
            return TimeTest.isTimeTest(test.test());
        }
        return filter.children().stream().anyMatch(RecordWords::isTimed);
    }
}
