package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.ErrorCode;
import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.RegistrationException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final List<Throwable> told = new CopyOnWriteArrayList<>();
    private final Watchdog watchdog = new Watchdog(told::add);

    @Test
    void shouldTellTheFirstFailureOnceAndKeepIt() throws InterruptedException {
        final Throwable first = new IllegalStateException("first");
        watchdog.onError(first);
        watchdog.onError(new IllegalStateException("second"));
        watchdog.terminationHook("archive").run();
        watchdog.fail(first);
        joinTellers();

        assertThat(told).containsExactly(first);
        assertThat(watchdog.failure()).isSameAs(first);
    }

    @Test
    void shouldTellOnAnotherThreadThanTheAgents() {
        final Thread[] teller = new Thread[1];
        final Watchdog other = new Watchdog(failure -> {
            teller[0] = Thread.currentThread();
            told.add(failure);
        });
        other.fail(new IllegalStateException("an agent waits for nobody"));
        Await.until(() -> !told.isEmpty(), () -> "failure told");

        assertThat(teller[0]).isNotSameAs(Thread.currentThread());
    }

    @Test
    void shouldTakeAWarningForNoFailure() {
        watchdog.onError(new AeronEvent("a warning"));

        assertThat(watchdog.failure()).isNull();
    }

    @Test
    void shouldFailWhenAnAgentTerminates() {
        watchdog.terminationHook("consensus module").run();

        assertThat(watchdog.failure()).hasMessage("agent has terminated: agent=consensus module");
    }

    @Test
    void shouldFailWhenAThreadDies() throws InterruptedException {
        final Thread other = watchdog.newThread(() -> { });
        other.setName("never started");
        final Thread thread = watchdog.newThread(() -> { });
        thread.setName("archive-recorder");
        watchdog.poll(1);
        assertThat(watchdog.failure()).as("a thread that has not started").isNull();
        thread.start();
        thread.join();
        watchdog.poll(2);
        assertThat(watchdog.failure()).as("looked at again too soon").isNull();
        watchdog.poll(TimeUnit.MILLISECONDS.toNanos(200));

        assertThat(watchdog.failure()).hasMessage("thread has died: thread=archive-recorder");
    }

    @Test
    void shouldHearNothingWhileClosing() throws InterruptedException {
        final Thread thread = watchdog.newThread(() -> { });
        thread.start();
        thread.join();
        watchdog.closing();
        watchdog.poll(TimeUnit.SECONDS.toNanos(1));
        watchdog.onError(new IllegalStateException("an end"));
        watchdog.onArchiveError(new IllegalStateException("an end"));
        watchdog.onArchiveError(new RegistrationException(1, 1, ErrorCode.INVALID_CHANNEL, "an end"));
        watchdog.terminationHook("archive").run();
        joinTellers();

        assertThat(watchdog.failure()).isNull();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldExplainAFailureBeforeItIsToldAndKept() {
        final Watchdog wordy = new Watchdog(told::add, ex -> new IllegalStateException("in other words", ex));
        final Throwable failure = new IllegalStateException("few words");
        wordy.fail(failure);
        Await.until(() -> !told.isEmpty(), () -> "failure told");

        assertThat(told.get(0)).hasMessage("in other words").hasCause(failure);
        assertThat(wordy.failure()).isSameAs(told.get(0));
    }

    /** What they tell is told then: one that is not alive any more has told it. */
    private static void joinTellers() throws InterruptedException {
        for (final Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("tagma-log-failure")) {
                thread.join();
            }
        }
    }
}
