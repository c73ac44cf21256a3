package io.tagma.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateBatchDecoder;
import io.tagma.engine.protocol.UpdateDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class FrameCheckTest {
    private final FrameCheck check = new FrameCheck(WireLimits.COMMAND_LENGTH_MAX);

    @Test
    void shouldPassEveryValidRequest() {
        for (final byte[] frame : Frames.requests()) {
            assertThat(passes(frame)).as(check.fault()).isTrue();
        }
    }

    @Test
    void shouldSayWhichCommandsHaveTextsBeyondAscii() {
        final List<Command> commands = Frames.commands();
        for (final Command command : commands) {
            final byte[] bytes = RawClient.command(command);
            assertThat(check.isCommand(new UnsafeBuffer(bytes), 0, bytes.length)).as(check.fault()).isTrue();
            assertThat(check.hasForeignText()).isEqualTo(command.toString().contains("zoë"));
        }
    }

    @Test
    void shouldRefuseEveryRequestThatIsCutOffOrHasAByteTooMany() {
        for (final byte[] frame : Frames.requests()) {
            for (int length = 4; length < frame.length; length++) {
                assertThat(passes(Arrays.copyOf(frame, length))).isFalse();
            }
            assertThat(passes(Arrays.copyOf(frame, frame.length + 1))).isFalse();
        }
    }

    @Test
    void shouldPassOnlyWhatTheDecodersCanReadWhenAnyByteIsChanged() {
        int passed = 0;
        int refused = 0;
        for (final byte[] frame : Frames.requests()) {
            for (int at = 4; at < frame.length; at++) {
                for (final int value : new int[] {0, 1, 0x7F, 0x80, 0xFF, frame[at] + 1, frame[at] - 1}) {
                    final byte[] changed = frame.clone();
                    changed[at] = (byte)value;
                    if (passes(changed)) {
                        read(changed);
                        passed++;
                    } else {
                        assertThat(check.code()).isNotEqualTo(ResultCode.OK);
                        refused++;
                    }
                }
            }
        }
        assertThat(passed).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void shouldPassOnlyWhatTheDecodersCanReadWhenManyBytesAreChanged() {
        final SplittableRandom random = new SplittableRandom(7);
        final List<byte[]> frames = Frames.requests();
        int passed = 0;
        for (int i = 0; i < 200_000; i++) {
            final byte[] changed = frames.get(random.nextInt(frames.size())).clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                changed[random.nextInt(4, changed.length)] = (byte)random.nextInt();
            }
            if (passes(changed)) {
                read(changed);
                passed++;
            }
        }
        assertThat(passed).isGreaterThan(1_000);
    }

    @Test
    void shouldRefuseTextsThatAreNotUtf8() {
        for (final String hex : List.of("80", "c0af", "c1bf", "e08080", "eda080", "f0808080", "f4908080", "f5", "e282",
            "c3", "ff")) {
            final byte[] command = RawClient.command(new Command.SubjectDelete("x".repeat(hex.length() / 2), null));
            for (int i = 0; i < hex.length() / 2; i++) {
                command[10 + i] = (byte)Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
            }
            assertThat(check.isCommand(new UnsafeBuffer(command), 0, command.length)).as(hex).isFalse();
        }
        for (final String text : List.of("ë", "€", "😀", "퟿", "", "􏿿", "a€b😀c")) {
            final byte[] command = RawClient.command(new Command.SubjectDelete(text, null));
            assertThat(check.isCommand(new UnsafeBuffer(command), 0, command.length)).as(text).isTrue();
        }
    }

    @Test
    void shouldPassTheKeysOfLookupsThatSubjectsMayHaveAndNoOthers() {
        final SplittableRandom random = new SplittableRandom(5);
        final String[] parts = {"a", "Zoë", "€", "😀", ":", "~", " ", "\u00A0", "\u0080", "\u009F", "\u007F", "\u001F",
            "\0", "12345678"};
        int passed = 0;
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            final StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(12); k > 0; k--) {
                text.append(parts[random.nextInt(parts.length - (i & 7))]);
            }
            final byte[] key = text.toString().getBytes(StandardCharsets.UTF_8);
            if (key.length > 0 && random.nextInt(4) == 0) {
                key[random.nextInt(key.length)] = (byte)random.nextInt();
            }
            final boolean isLegal = isLegal(key);
            for (final byte[] frame : List.of(withKey(RawClient.lookup(1, "x".repeat(key.length)), key),
                withKey(RawClient.lookupMany(2, "a", "x".repeat(key.length)), key),
                withKey(RawClient.isMember(3, "x".repeat(key.length), 7), key))) {
                assertThat(passes(frame)).as(Arrays.toString(key)).isEqualTo(isLegal);
                if (!isLegal) {
                    assertThat(check.code()).isEqualTo(ResultCode.INVALID);
                    assertThat(check.fault()).startsWith("a key ");
                }
            }
            passed += isLegal ? 1 : 0;
            refused += isLegal ? 0 : 1;
        }
        assertThat(passed).isGreaterThan(10_000);
        assertThat(refused).isGreaterThan(10_000);
    }

    /** DOMAIN's rule, slowly. */
    private static boolean isLegal(final byte[] key) {
        try {
            return key.length > 0 && key.length <= 64 && StandardCharsets.UTF_8.newDecoder()
                .decode(ByteBuffer.wrap(key)).chars().noneMatch(Character::isISOControl);
        } catch (final CharacterCodingException notUtf8) {
            return false;
        }
    }

    /** The frame whose last bytes are a key of the same length. */
    private static byte[] withKey(final byte[] frame, final byte[] key) {
        System.arraycopy(key, 0, frame, frame.length - key.length, key.length);
        return frame;
    }

    private boolean passes(final byte[] frame) {
        return check.isRequest(new UnsafeBuffer(frame), 4, frame.length - 4);
    }

    /** Everything a server decodes of it; the bounds checks of the buffers are on in tests. */
    private void read(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame, 4, frame.length - 4);
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final int template = buffer.getShort(2, ByteOrder.LITTLE_ENDIAN);
        if (template == UpdateDecoder.TEMPLATE_ID) {
            final UpdateDecoder update = new UpdateDecoder().wrapAndApplyHeader(buffer, 0, header);
            update.sequence();
            assertThat(new CommandDecoder().decode(buffer, update.limit() + 4)).isNotNull();
        } else if (template == UpdateBatchDecoder.TEMPLATE_ID) {
            for (final UpdateBatchDecoder.CommandsDecoder each
                : new UpdateBatchDecoder().wrapAndApplyHeader(buffer, 0, header).commands()) {
                final UnsafeBuffer command = new UnsafeBuffer(0, 0);
                each.wrapCommand(command);
                if (check.isCommand(command, 0, command.capacity())) {
                    assertThat(new CommandDecoder().decode(command, 0)).isNotNull();
                }
            }
        } else {
            assertThat(Requests.text(buffer)).isNotEmpty();
        }
    }
}
