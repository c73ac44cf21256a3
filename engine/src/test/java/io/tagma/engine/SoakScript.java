package io.tagma.engine;

import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.RandomShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a soak does, from one seed: the traffic of many random shops, each with its own three hundred subjects, in one;
 * definitions from the first of them. Two scripts of the same seed say the same, so that whoever follows needs no more
 * than to be told how far the other is.
 *
 * <p>The popular products are each shop's own, the others common. What makes work for everybody at once (a common
 * product, a website's zone, the end of a group) is rarer than among three hundred, and time passes more slowly.
 */
final class SoakScript {
    private static final int BATCH = 64;
    private static final int DEFINITION_EVERY = 12;
    private static final int LEAP_EVERY = 8;
    private static final int STEP_MAX_MS = 200;
    private static final int POPULAR = 8;
    private static final int OWN_PRODUCT_PART = 2;
    private static final int COMMON_PRODUCT_PART = 12;
    private static final int WEBSITE_PART = 100;
    private static final int GROUP_PART = 10;

    private final SplittableRandom random;
    private final List<RandomShop> shops = new ArrayList<>();
    private final int segments;
    private long now;

    /** Commands of one instant, in their order. */
    record Batch(long now, List<Command> commands) {
    }

    SoakScript(final long seed, final int shopCount, final int segments) {
        random = new SplittableRandom(seed);
        this.segments = segments;
        for (int i = 0; i < shopCount; i++) {
            shops.add(RandomShop.whole(seed * 1_000 + i, segments, new Coverage()));
        }
        now = shops.get(0).startMs();
    }

    long startMs() {
        return shops.get(0).startMs();
    }

    long visitorTtlMs() {
        return shops.get(0).visitorTtlMs();
    }

    /** Every key that a command may name. */
    List<String> subjectKeys() {
        final List<String> keys = new ArrayList<>();
        for (int shop = 0; shop < shops.size(); shop++) {
            for (final String key : shops.get(shop).subjectKeys()) {
                keys.add(own(shop, key));
            }
        }
        return keys;
    }

    /** Declarations, everybody for the first time, and every segment. */
    Batch first() {
        final List<Command> all = new ArrayList<>(shops.get(0).declarations());
        for (int shop = 0; shop < shops.size(); shop++) {
            for (final Command command : shops.get(shop).firstCommands(now)) {
                if (isWanted(command)) {
                    all.add(ofShop(shop, command));
                }
            }
        }
        for (int i = 0; i < segments; i++) {
            all.add(shops.get(0).firstDefinition(i, now));
        }
        return new Batch(now, all);
    }

    Batch next() {
        if (random.nextInt(LEAP_EVERY) == 0) {
            now = shops.get(random.nextInt(shops.size())).nextTime(now);
        } else {
            now += random.nextInt(STEP_MAX_MS);
        }
        final List<Command> commands = new ArrayList<>(BATCH);
        while (commands.size() < BATCH) {
            final int shop = random.nextInt(shops.size());
            final Command command = shops.get(shop).nextCommand(now);
            if (isWanted(command)) {
                commands.add(ofShop(shop, command));
            }
        }
        if (random.nextInt(DEFINITION_EVERY) == 0) {
            commands.set(random.nextInt(BATCH), shops.get(0).nextDefinition(now));
        }
        return new Batch(now, commands);
    }

    private boolean isWanted(final Command command) {
        if (command instanceof Command.ProductUpsert upsert) {
            return isWantedProduct(upsert.product());
        } else if (command instanceof Command.ProductDelete delete) {
            return isWantedProduct(delete.product());
        } else if (command instanceof Command.PutDefinition put) {
            return random.nextInt(put.kind() == DefinitionKind.WEBSITE ? WEBSITE_PART : GROUP_PART) == 0;
        } else if (command instanceof Command.DeleteDefinition) {
            return random.nextInt(GROUP_PART) == 0;
        }
        return true;
    }

    private boolean isWantedProduct(final String product) {
        return random.nextInt(isPopular(product) ? OWN_PRODUCT_PART : COMMON_PRODUCT_PART) == 0;
    }

    private static boolean isPopular(final String product) {
        return product.length() == 5 && product.startsWith("sku-") && product.charAt(4) - '0' < POPULAR;
    }

    // ---- one shop among others ---------------------------------------------------------------------------------

    /** The first shop's keys are as they are. */
    private static String own(final int shop, final String key) {
        return shop == 0 || key == null ? key : shop + "~" + key;
    }

    private static String product(final int shop, final String product) {
        return isPopular(product) ? own(shop, product) : product;
    }

    private static Command ofShop(final int shop, final Command command) {
        if (shop == 0 || !(command instanceof Command.Ingest ingest)) {
            return command;
        }
        final String event = own(shop, ingest.eventId());
        if (command instanceof Command.SubjectUpsert upsert) {
            return new Command.SubjectUpsert(own(shop, upsert.key()), upsert.kind(), upsert.website(), upsert.group(),
                upsert.attributes(), upsert.addresses(), event);
        } else if (command instanceof Command.SubjectDelete delete) {
            return new Command.SubjectDelete(own(shop, delete.key()), event);
        } else if (command instanceof Command.GroupAssign assign) {
            return new Command.GroupAssign(own(shop, assign.key()), assign.group(), event);
        } else if (command instanceof Command.OrderUpsert upsert) {
            return new Command.OrderUpsert(own(shop, upsert.key()), upsert.orderId(), upsert.t(), upsert.fields(),
                items(shop, upsert.items()), event);
        } else if (command instanceof Command.OrderDelete delete) {
            return new Command.OrderDelete(own(shop, delete.key()), delete.orderId(), event);
        } else if (command instanceof Command.ConsentSet consent) {
            return new Command.ConsentSet(own(shop, consent.key()), consent.purpose(), consent.isGranted(), event);
        } else if (command instanceof Command.CartPut put) {
            return new Command.CartPut(own(shop, put.key()), put.website(), put.t(), put.fields(),
                items(shop, put.items()), event);
        } else if (command instanceof Command.CartClear clear) {
            return new Command.CartClear(own(shop, clear.key()), clear.website(), event);
        } else if (command instanceof Command.WishlistAdd add) {
            return new Command.WishlistAdd(own(shop, add.key()), product(shop, add.product()), add.t(), add.website(),
                event);
        } else if (command instanceof Command.WishlistRemove remove) {
            return new Command.WishlistRemove(own(shop, remove.key()), product(shop, remove.product()), event);
        } else if (command instanceof Command.View view) {
            return new Command.View(own(shop, view.key()), product(shop, view.product()), view.t(), view.website(),
                event);
        } else if (command instanceof Command.CustomEvent custom) {
            return new Command.CustomEvent(own(shop, custom.key()), custom.name(), custom.t(), custom.website(),
                custom.fields(), event);
        } else if (command instanceof Command.Login login) {
            return new Command.Login(own(shop, login.visitor()), own(shop, login.customer()), event);
        } else if (command instanceof Command.Logout logout) {
            return new Command.Logout(own(shop, logout.visitor()), event);
        } else if (command instanceof Command.ProductUpsert upsert) {
            return new Command.ProductUpsert(product(shop, upsert.product()), upsert.fields(), event);
        } else if (command instanceof Command.ProductDelete delete) {
            return new Command.ProductDelete(product(shop, delete.product()), event);
        }
        throw new IllegalStateException("not known here: command=" + command);
    }

    private static List<Command.Item> items(final int shop, final List<Command.Item> items) {
        final List<Command.Item> own = new ArrayList<>(items.size());
        for (final Command.Item item : items) {
            final List<NamedValue> fields = new ArrayList<>(item.fields());
            fields.replaceAll(field -> field.name().equals("product") && field.value() instanceof Value.Text text
                ? new NamedValue("product", Value.of(product(shop, text.value()))) : field);
            own.add(new Command.Item(item.t(), fields));
        }
        return own;
    }
}
