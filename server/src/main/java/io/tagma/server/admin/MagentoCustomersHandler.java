package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Magento's customer CSV, streamed. One at a time: the customers' e-mails are gathered in memory for it. Any event
 * loop.
 */
final class MagentoCustomersHandler {
    private static final String ADD_UPDATE = "add_update";
    private static final String DELETE = "delete";

    private final EnginePort port;
    private final AdminSettings settings;
    private final Streams streams;
    private final AtomicBoolean isUnderWay = new AtomicBoolean();

    MagentoCustomersHandler(final EnginePort port, final AdminSettings settings, final Streams streams) {
        this.port = port;
        this.settings = settings;
        this.streams = streams;
    }

    List<Route> routes() {
        return List.of(Route.rows("/v1/import/magento-customers", this::run, "dryRun", "behavior", "progress"));
    }

    private CompletableFuture<Answer.Duplex> run(final Request request) {
        final boolean isDelete = isDelete(request.query("behavior"));
        final StreamTerms terms = StreamTerms.of(request, "magento-customers");
        return CompletableFuture.completedFuture(new Answer.Duplex(new IngestSession(port, settings, terms, streams,
            () -> begin(isDelete, terms.isDryRun()))));
    }

    private static boolean isDelete(final String behavior) {
        if (behavior == null || behavior.equals(ADD_UPDATE)) {
            return false;
        }
        if (behavior.equals(DELETE)) {
            return true;
        }
        throw Problem.badParameter("behavior", "must be add_update or delete");
    }

    private CompletableFuture<Intake> begin(final boolean isDelete, final boolean isDryRun) {
        if (!isUnderWay.compareAndSet(false, true)) {
            return CompletableFuture.failedFuture(Problem.busy(ResultCode.BUSY,
                "another import of customers is under way"));
        }
        return port.query(view -> intake(view, isDelete, isDryRun)).whenComplete((intake, failure) -> {
            if (failure != null) {
                isUnderWay.set(false);
            }
        });
    }

    private Intake intake(final EngineView view, final boolean isDelete, final boolean isDryRun) {
        return new Intake(new CustomerCsv(new CustomerColumns.Declared(view), isDelete),
            new CustomerKeys(port, () -> isUnderWay.set(false)), isDryRun ? new DryRunCheck(view) : null);
    }
}
