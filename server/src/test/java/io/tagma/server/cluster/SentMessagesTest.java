package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.log.EntryQueue;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SentMessagesTest {
    private static final int LENGTH_MAX = 1_024;
    private static final int COUNT_MAX = 4;

    private final EntryQueue queue = new EntryQueue(64 * 1024, LENGTH_MAX - EntryQueue.FRAME_HEADER_LENGTH);
    private final SentMessages messages = new SentMessages(COUNT_MAX, LENGTH_MAX);

    @Test
    void shouldSendEachMessageOnceInOrderWhileNothingIsLost() {
        for (int i = 1; i <= 10; i++) {
            offer(i);
            assertThat(messages.pack(queue)).isTrue();
            assertThat(number()).isEqualTo(i);
            messages.sent();
            messages.applied(1);
        }
        assertThat(messages.pack(queue)).isFalse();
        assertThat(messages.isEmpty()).isTrue();
    }

    @Test
    void shouldSendAgainInOrderWhatWasNotAppliedWhenRewound() {
        for (int i = 1; i <= COUNT_MAX; i++) {
            offer(i);
            assertThat(messages.pack(queue)).isTrue();
            messages.sent();
        }
        messages.applied(1);
        assertThat(messages.rewind()).isEqualTo(COUNT_MAX - 1);
        for (int i = 2; i <= COUNT_MAX; i++) {
            assertThat(messages.pack(queue)).isTrue();
            assertThat(number()).isEqualTo(i);
            messages.sent();
        }
        assertThat(messages.isEmpty()).isFalse();
        messages.applied(COUNT_MAX - 1);
        assertThat(messages.isEmpty()).isTrue();
    }

    @Test
    void shouldLeaveEntriesInTheQueueWhenTooManyAreUnderWay() {
        for (int i = 1; i <= COUNT_MAX + 1; i++) {
            offer(i);
            if (i <= COUNT_MAX) {
                assertThat(messages.pack(queue)).isTrue();
                messages.sent();
            }
        }
        assertThat(messages.pack(queue)).isFalse();
        assertThat(queue.isEmpty()).isFalse();
        messages.applied(1);
        assertThat(messages.pack(queue)).isTrue();
        assertThat(number()).isEqualTo(COUNT_MAX + 1);
    }

    @Test
    void shouldKeepTheMessageThatWasPackedAndNotTaken() {
        offer(7);
        assertThat(messages.pack(queue)).isTrue();
        offer(8);
        assertThat(messages.pack(queue)).isTrue();
        assertThat(number()).isEqualTo(7);
        assertThat(messages.rewind()).isZero();
        assertThat(messages.pack(queue)).isTrue();
        assertThat(number()).isEqualTo(7);
    }

    @Test
    void shouldRefuseToCountMoreThanWasSent() {
        offer(1);
        messages.pack(queue);
        assertThatThrownBy(() -> messages.applied(1)).isInstanceOf(IllegalStateException.class);
    }

    private void offer(final long number) {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[16]);
        entry.putLong(0, number, ByteOrder.LITTLE_ENDIAN);
        assertThat(queue.offer(entry, 0, 16)).isZero();
    }

    private long number() {
        assertThat(messages.nextLength()).isEqualTo(16 + EntryQueue.FRAME_HEADER_LENGTH);
        return messages.next().getLong(EntryQueue.FRAME_HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }
}
