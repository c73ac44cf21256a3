package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.EngineView.CustomersByEmail;
import io.tagma.engine.EngineView.SubjectExport;
import io.tagma.engine.Query;
import io.tagma.engine.condition.CaseFolding;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the keys of customers that rows name by website and e-mail. The first row that does so makes the engine gather
 * all customers once, in steps; from then on some rows at a time are looked up, and what the rows before have changed
 * is added. A row that depends on one before it waits until that one is applied. One stream's.
 */
final class CustomerKeys implements Completion {
    private final EnginePort port;
    private final Runnable atEnd;
    private CustomersByEmail customers;
    private Set<String> touched = Set.of();
    private volatile boolean isClosed;

    /**
     * @param atEnd what is to be done when the stream is over, once
     */
    CustomerKeys(final EnginePort port, final Runnable atEnd) {
        this.port = port;
        this.atEnd = atEnd;
    }

    @Override
    public CompletableFuture<List<Completed>> complete(final List<Draft> drafts) {
        final boolean isGatheringDue =
            customers == null && drafts.stream().anyMatch(draft -> draft.customer().key() == null);
        final CompletableFuture<Gathered> gathered = isGatheringDue ? port.query(new Gathering())
            : CompletableFuture.completedFuture(new Gathered(customers));
        return gathered.thenCompose(given -> isClosed ? new CompletableFuture<>() : port.query(view -> {
            final Batch batch = new Batch(view, given.customers);
            touched.forEach(batch::refresh);
            return batch.complete(drafts);
        }).thenApply(batch -> {
            customers = given.customers;
            touched = batch.keys;
            return batch.completed;
        }));
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            atEnd.run();
        }
    }

    /** An answer that may hold nothing: a query answers null only to be asked again. */
    private record Gathered(CustomersByEmail customers) {
    }

    /** Gathers, unless the stream is over before. Engine's thread. */
    private final class Gathering implements Query<Gathered> {
        private Query<CustomersByEmail> query;

        @Override
        public Gathered step(final EngineView view) {
            if (isClosed) {
                return new Gathered(null);
            }
            query = query == null ? view.customersByEmail() : query;
            if (query == null) {
                throw Problem.of(409, ResultCode.CONFLICT, "the attribute email is not declared as a STRING");
            }
            final CustomersByEmail all = query.step(view);
            return all == null ? null : new Gathered(all);
        }
    }

    /** Rows that are looked up together. Engine's thread. */
    private static final class Batch {
        private final EngineView view;
        private final CustomersByEmail customers;
        private final List<Completed> completed = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();
        /** Websites with e-mails that rows of this batch give or take away. */
        private final Set<String> pairs = new HashSet<>();

        Batch(final EngineView view, final CustomersByEmail customers) {
            this.view = view;
            this.customers = customers;
        }

        void refresh(final String key) {
            if (customers != null) {
                customers.add(key);
            }
        }

        Batch complete(final List<Draft> drafts) {
            for (final Draft draft : drafts) {
                if (dependsOnOthers(draft)) {
                    break;
                }
                try {
                    final String key = draft.customer().key() == null ? find(draft) : check(draft);
                    keys.add(key);
                    completed.add(Completed.of(withKey(draft.command(), key)));
                } catch (final LineFault fault) {
                    completed.add(Completed.of(fault));
                }
            }
            return this;
        }

        private boolean dependsOnOthers(final Draft draft) {
            final Draft.Customer customer = draft.customer();
            return customer.key() == null ? pairs.contains(pair(customer.website(), customer.foldedEmail()))
                || keys.contains(customer.email()) : keys.contains(customer.key());
        }

        /** The key of a row that has one. */
        private String check(final Draft draft) throws LineFault {
            final Draft.Customer customer = draft.customer();
            final SubjectExport known = view.profile(customer.key());
            if (known == null && isDelete(draft)) {
                throw new LineFault(ResultCode.NOT_FOUND, "/entity_id", "no such customer");
            }
            if (known != null && known.kind() == SubjectKind.VISITOR) {
                throw new LineFault(ResultCode.CONFLICT, "/entity_id", "the subject is a visitor");
            }
            final String before = known == null ? null : email(known);
            final String after = customer.foldedEmail() == null ? before : customer.foldedEmail();
            final String home = known == null ? "base" : known.website();
            change(home, before);
            change(customer.website() == null ? home : customer.website(), after);
            return customer.key();
        }

        /** The key of the customer with that website and e-mail, or the e-mail. */
        private String find(final Draft draft) throws LineFault {
            final Draft.Customer customer = draft.customer();
            final List<String> found = customers.find(customer.website(), customer.foldedEmail());
            if (found.size() > 1) {
                throw new LineFault(ResultCode.CONFLICT, "/email", found.size()
                    + " customers of the website have the e-mail: name one by entity_id");
            }
            if (isDelete(draft) && found.isEmpty()) {
                throw new LineFault(ResultCode.NOT_FOUND, "/email", "no customer with that website and e-mail");
            }
            if (isDelete(draft) || found.isEmpty()) {
                change(customer.website(), customer.foldedEmail());
            }
            return found.isEmpty() ? newKey(customer) : found.get(0);
        }

        private String newKey(final Draft.Customer customer) throws LineFault {
            final String key = customer.email();
            final String wrong = Keys.fault(key, Keys.SUBJECT_LENGTH_MAX);
            if (wrong != null) {
                throw new LineFault(ResultCode.INVALID, "/email", "cannot be the new customer's key: it " + wrong);
            }
            final SubjectExport known = view.profile(key);
            if (known != null && (known.kind() == SubjectKind.VISITOR
                || !known.website().equals(customer.website()) || email(known) != null)) {
                throw new LineFault(ResultCode.CONFLICT, "/email", "another subject has the e-mail as its key: name "
                    + "the customer by entity_id");
            }
            return key;
        }

        private void change(final String website, final String foldedEmail) {
            if (foldedEmail != null) {
                pairs.add(pair(website, foldedEmail));
            }
        }

        private static String pair(final String website, final String foldedEmail) {
            return website + ' ' + foldedEmail;
        }

        private static String email(final SubjectExport known) {
            for (final NamedValue value : known.attributes()) {
                if (value.name().equals("email") && value.value() instanceof Value.Text text) {
                    return CaseFolding.fold(text.value());
                }
            }
            return null;
        }

        private static boolean isDelete(final Draft draft) {
            return draft.command() instanceof Command.SubjectDelete;
        }

        private static Command withKey(final Command command, final String key) {
            if (command instanceof Command.SubjectUpsert upsert) {
                return new Command.SubjectUpsert(key, upsert.kind(), upsert.website(), upsert.group(),
                    upsert.attributes(), upsert.addresses(), upsert.eventId());
            }
            return new Command.SubjectDelete(key, null);
        }
    }
}
