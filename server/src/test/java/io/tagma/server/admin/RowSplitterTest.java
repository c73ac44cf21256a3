package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSplitterTest {
    private static final String MARK = "\ufeff";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void shouldCutAtLineEndsOutsideOfQuotesAndCountLines(final int pieceLength) {
        assertThat(rows(MARK + "\"a\",b\r\n\n\"x\n\"\"y\",1\nz\"q,\"\"\n\"last\nof all\"", pieceLength))
            .containsExactly("1 \"a\",b\r", "2 ", "3 \"x\n\"\"y\",1", "5 z\"q,\"\"", "6 \"last\nof all\"", "lines 7");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1_000})
    void shouldGoOnWithTheNextLineWhereQuotesMakeNoSense(final int pieceLength) {
        assertThat(rows("a\n\"b\nc\n\"d\",e\nf\n", pieceLength)).containsExactly(
            "1 a", "2 broken \"b", "3 c", "4 \"d\",e", "5 f", "lines 5");
        assertThat(rows("\"a\"x,\"b\nc\n", pieceLength)).containsExactly("1 broken \"a\"x,\"b", "2 c", "lines 2");
        assertThat(rows("\"a\nb\n\nc", pieceLength)).containsExactly("1 broken \"a", "2 b", "3 ", "4 c", "lines 4");
        assertThat(rows("b\n\"a", pieceLength)).containsExactly("1 b", "2 broken \"a", "lines 2");
        assertThat(rows("\"a\"\rb\nc", pieceLength)).containsExactly("1 broken \"a\"\rb", "2 c", "lines 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 16_384, 1_000_000})
    void shouldPassOverALineThatIsTooLong(final int pieceLength) {
        final String longest = "x".repeat(RowSplitter.ROW_LENGTH_MAX);

        assertThat(rows(longest + "\n" + longest + "x\ny\n\"" + longest + "\nz\n\"w\"", pieceLength))
            .containsExactly("1 " + longest, "2 too long", "3 y", "4 too long", "5 z", "6 \"w\"", "lines 6");
        assertThat(rows("a\n" + longest + longest, pieceLength)).containsExactly("1 a", "2 too long", "lines 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 16_384, 1_000_000})
    void shouldLoseOneLineByAQuoteThatIsLeftOpenHoweverManyFollow(final int pieceLength) {
        final List<String> expected = new ArrayList<>(List.of("1 a", "2 too long"));
        IntStream.range(3, 100_003).forEach(line -> expected.add(line + " z"));
        expected.addAll(List.of("100003 \"b\",1", "100004 w", "lines 100004"));

        assertThat(rows("a\n\"open\n" + "z\n".repeat(100_000) + "\"b\",1\nw", pieceLength))
            .containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_000_000})
    void shouldTakeARowOfSeveralLinesUpToTheLimit(final int pieceLength) {
        final String row = "\"" + "z\n".repeat(RowSplitter.ROW_LENGTH_MAX / 2 - 1) + "\"";

        assertThat(rows(row + "\nw", pieceLength)).containsExactly("1 " + row, "32769 w", "lines 32769");
        assertThat(rows("\n" + row + " \nw", pieceLength)).startsWith("1 ", "2 broken \"z", "3 z");
        assertThat(rows("\n" + row + ",\nw", pieceLength)).startsWith("1 ", "2 too long", "3 z");
    }

    @Test
    void shouldTakeNothingForNoRow() {
        assertThat(rows("", 1)).containsExactly("lines 0");
        assertThat(rows("\n", 1)).containsExactly("1 ", "lines 1");
        assertThat(rows(MARK, 1)).containsExactly("1 ", "lines 1");
    }

    private static List<String> rows(final String text, final int pieceLength) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final RowSplitter splitter = new RowSplitter();
        final List<String> rows = new ArrayList<>();
        final byte[] piece = new byte[pieceLength];
        for (int at = 0; at < bytes.length; at += pieceLength) {
            final int length = Math.min(pieceLength, bytes.length - at);
            System.arraycopy(bytes, at, piece, 0, length);
            splitter.feed(piece, length);
            while (splitter.next()) {
                rows.add(row(splitter));
            }
        }
        while (splitter.last()) {
            rows.add(row(splitter));
        }
        rows.add("lines " + splitter.lines());
        return rows;
    }

    private static String row(final RowSplitter splitter) {
        return splitter.number() + " " + (splitter.isTooLong() ? "too long" : (splitter.isBroken() ? "broken " : "")
            + new String(splitter.buffer(), splitter.offset(), splitter.length(), StandardCharsets.UTF_8));
    }
}
