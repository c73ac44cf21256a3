package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineListener;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.Limits;
import io.tagma.engine.subject.StoreSizes;
import io.tagma.server.admin.BusyException;
import io.tagma.server.net.Await;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No thread works on the engine's queue but the test's own. */
class EngineAccessTest {
    private final Engine engine = new Engine(new EngineOptions(1, StoreSizes.expecting(100)), EngineListener.NONE);
    private final EngineAccess access = new EngineAccess(engine, null, null, new JobWaits(), new ChangeWaits(),
        () -> "it is starting", () -> 0,
        () -> null, version -> "");

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldWaitForTheEndOfAJobWhileTheQueueOfQuestionsIsFull() {
        access.ready();
        fillQueue();
        final CompletableFuture<Void> first = access.jobDone(7);
        final CompletableFuture<Void> second = access.jobDone(7);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();

        Await.until("the job is known to have ended", () -> {
            engine.onIdle();
            return first.isDone() && second.isDone();
        });
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void shouldFailAWaitThatCannotEndWhenTheServerStops() {
        fillQueue();
        final CompletableFuture<Void> wait = access.jobDone(7);
        assertThatThrownBy(wait::join).hasRootCauseInstanceOf(java.util.concurrent.RejectedExecutionException.class);
        assertThatThrownBy(() -> access.query(view -> view.now()).join()).hasCauseInstanceOf(BusyException.class);
    }

    private void fillQueue() {
        for (int i = 0; i < Limits.QUERIES_MAX; i++) {
            engine.submit(view -> view.now());
        }
        assertThat(engine.submit(view -> view.now())).isCompletedExceptionally();
    }
}
