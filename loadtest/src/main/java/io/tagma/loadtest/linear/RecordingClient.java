package io.tagma.loadtest.linear;

import io.tagma.client.LookupResult;
import io.tagma.client.TagmaClient;
import io.tagma.client.TagmaException;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.loadtest.linear.Operation.Kind;
import io.tagma.loadtest.nodes.Await;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks one thing after the other, of nodes and registers of its choice, and records what it is told. Runs on a thread
 * of its own until it is told to stop; the counts are for whoever has joined that.
 */
final class RecordingClient implements Runnable {
    private static final int WRITES_PERCENT = 40;
    private static final int LINEARIZABLE_PERCENT = 25;
    private static final int AT_POSITION_PERCENT = 25;
    /** Of the questions that would go to a node that is down; the others go elsewhere. */
    private static final int DOWN_PERCENT = 10;
    private static final int FAVOURED_PERCENT = 50;
    private static final int HASTY_PERCENT = 20;
    private static final Duration HASTY = Duration.ofMillis(250);
    private static final Duration PATIENT = Duration.ofSeconds(3);
    private static final long RETURN_MAX_S = 60;
    /** Which life of a node it was. */
    private static final int UNKNOWN = -1;

    private final int client;
    private final boolean isRoaming;
    private final LocalCluster cluster;
    private final List<TagmaClient> links;
    private final Registers registers;
    private final Course course;
    private final AtomicBoolean isStopped;
    private final SplittableRandom random;
    private long highestPosition;
    private long unanswered;

    /** An answer and the instant when it was there; one of the two is null. */
    private record Answer<T>(T result, Throwable failure, long returnedNs) {
    }

    /**
     * One that has asked nothing.
     *
     * @param isRoaming whether it uses the last link only, which chooses a node itself, else those of the nodes
     * @param links     one to each node, and one to all of them
     */
    RecordingClient(final int client, final boolean isRoaming, final LocalCluster cluster,
                    final List<TagmaClient> links, final Registers registers, final Course course,
                    final AtomicBoolean isStopped, final long seed) {
        this.client = client;
        this.isRoaming = isRoaming;
        this.cluster = cluster;
        this.links = links;
        this.registers = registers;
        this.course = course;
        this.isStopped = isStopped;
        random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
        while (!isStopped.get()) {
            final int index = random.nextInt(registers.count());
            final Register register = registers.get(index);
            final int node = chooseNode();
            final int choice = random.nextInt(100);
            if (choice < WRITES_PERCENT) {
                if (!write(register, node)) {
                    registers.replace(index, register);
                }
            } else if (choice < WRITES_PERCENT + LINEARIZABLE_PERCENT) {
                read(register, node, Kind.LINEARIZABLE_READ);
            } else if (choice < WRITES_PERCENT + LINEARIZABLE_PERCENT + AT_POSITION_PERCENT) {
                read(register, node, Kind.POSITION_READ);
            } else {
                read(register, node, Kind.LOCAL_READ);
            }
        }
    }

    /** Reads as no fault is on any more, until there is an answer. */
    void finish(final Register register, final int node) {
        Await.until(() -> "a last answer of node " + node, Duration.ofSeconds(RETURN_MAX_S),
            () -> read(register, node, Kind.LINEARIZABLE_READ));
        read(register, node, Kind.POSITION_READ);
        read(register, node, Kind.LOCAL_READ);
    }

    /** Reads without an answer. */
    long unanswered() {
        return unanswered;
    }

    private int chooseNode() {
        if (isRoaming) {
            return cluster.count();
        }
        final int favoured = course.favoured();
        if (favoured >= 0 && random.nextInt(100) < FAVOURED_PERCENT) {
            return favoured;
        }
        final int node = random.nextInt(cluster.count());
        if (cluster.node(node).isDown() && random.nextInt(100) >= DOWN_PERCENT) {
            return (node + 1 + random.nextInt(Math.max(1, cluster.count() - 1))) % cluster.count();
        }
        return node;
    }

    /** False where the register has no values left. */
    private boolean write(final Register register, final int node) {
        final int value = register.newValue();
        if (value < 0) {
            return false;
        }
        final Duration timeout = random.nextInt(100) < HASTY_PERCENT ? HASTY : PATIENT;
        final int life = life(node);
        final long invokedNs = course.nowNs();
        final Answer<UpdateResult> answer =
            await(links.get(node).update(new Command.GroupAssign(register.key(), value, null), timeout));
        if (answer.failure == null && !answer.result.isApplied()) {
            course.mishap("a write was refused: key=" + register.key() + ", value=" + value + ", result="
                + answer.result);
        } else if (answer.failure == null) {
            highestPosition = Math.max(highestPosition, answer.result.position());
            record(register, new Operation(Kind.WRITE, client, node, life == life(node) ? life : UNKNOWN, value,
                invokedNs, answer.returnedNs, 0, answer.result.position()));
            course.acknowledged(invokedNs, answer.returnedNs);
        } else if (code(answer.failure) != ResultCode.BUSY) {
            record(register,
                new Operation(Kind.WRITE, client, node, UNKNOWN, value, invokedNs, Operation.NEVER, 0, 0));
        }
        return true;
    }

    /** Whether there was an answer. */
    private boolean read(final Register register, final int node, final Kind kind) {
        final long atLeast = kind != Kind.POSITION_READ ? 0
            : random.nextBoolean() ? highestPosition : Math.max(highestPosition, register.acknowledgedPosition());
        final int life = life(node);
        final TagmaClient link = links.get(node);
        final long invokedNs = course.nowNs();
        final Answer<LookupResult> answer = await(switch (kind) {
            case LINEARIZABLE_READ -> link.lookupLinearizable(register.key(), 0);
            case POSITION_READ -> link.lookupAtLeast(register.key(), 0, atLeast);
            default -> link.lookup(register.key());
        });
        if (answer.failure != null) {
            unanswered++;
            return false;
        }
        final LookupResult result = answer.result;
        record(register, new Operation(kind, client, node, life == life(node) ? life : UNKNOWN, result.customerGroup(),
            invokedNs, answer.returnedNs, atLeast, result.position()));
        highestPosition = Math.max(highestPosition, result.position());
        return true;
    }

    private void record(final Register register, final Operation operation) {
        register.record(operation);
        course.operation();
    }

    private int life(final int node) {
        return node == cluster.count() ? UNKNOWN : cluster.node(node).life();
    }

    private <T> Answer<T> await(final CompletableFuture<T> asked) {
        try {
            return asked.handle((result, failure) -> new Answer<>(result, failure, course.nowNs()))
                .get(RETURN_MAX_S, TimeUnit.SECONDS);
        } catch (final TimeoutException hangs) {
            course.mishap("a call did not return: seconds=" + RETURN_MAX_S);
            return new Answer<>(null, hangs, course.nowNs());
        } catch (final ExecutionException | InterruptedException failed) {
            throw new IllegalStateException("a client was stopped", failed);
        }
    }

    private static ResultCode code(final Throwable failure) {
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TagmaException ours ? ours.code() : null;
    }
}
