package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagma conformance} against a running server. */
class ConformanceCommandTest {
    private static TagmaServer server;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null, null, 0, 10_000), failure -> {
            throw new AssertionError("the log has failed", failure);
        });
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Ended(int status, String out, String err) {
    }

    private static Ended run(final int port, final String... files) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final CommandLine command = new CommandLine(new ConformanceCommand()).setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
        final String[] arguments = new String[files.length + 2];
        System.arraycopy(files, 0, arguments, 0, files.length);
        arguments[files.length] = "--server";
        arguments[files.length + 1] = "http://127.0.0.1:" + port;
        return new Ended(command.execute(arguments), out.toString(), err.toString());
    }

    private Ended run(final String... lines) {
        return run(server.adminPort(), file("cases.jsonl", lines));
    }

    private String file(final String name, final String... lines) {
        try {
            return Files.writeString(directory.resolve(name), AdminClient.quoted(String.join("\n", lines)))
                .toString();
        } catch (final IOException fault) {
            throw new AssertionError(fault);
        }
    }

    private static String rule(final String attributes, final String types, final String condition,
                               final boolean expected) {
        return "{'suite':'Own cases','case':'" + condition.replaceAll("[^a-z]", "") + "','attributes':{" + attributes
            + "},'types':{" + types + "},'condition':" + condition + ",'expected':" + expected + ",'features':[]}";
    }

    private static String leaf(final String attribute, final String op, final String value) {
        return "{'attr':'" + attribute + "','op':'" + op + "'" + (value.isEmpty() ? "" : ",'value':" + value) + "}";
    }

    @Test
    void shouldPassEveryOperatorWhenTheServerDecidesAsExpected() {
        final String text = "'$.a b':'string'";
        final String anna = "'$.a b':'Größe Anna','unused':[1]";
        final Ended ended = run(
            rule(anna, text, leaf("$.a b", "eq", "'Größe Anna'"), true),
            rule("'$.a b':'größe anna'", text, leaf("$.a b", "eq", "'Größe Anna'"), false),
            "",
            rule(anna, text, "{'attr':'$.a b','op':'eq','value':'GRÖSSE anna','ci':true}", true),
            rule(anna, text, leaf("$.a b", "neq", "'x'"), true),
            rule("", text, leaf("$.a b", "neq", "'x'"), false),
            rule(anna, text, leaf("$.a b", "in", "['x','Größe Anna']"), true),
            rule(anna, text, leaf("$.a b", "in", "[]"), false),
            rule(anna, text, leaf("$.a b", "nin", "['x']"), true),
            rule(anna, text, leaf("$.a b", "contains", "'e A'"), true),
            rule(anna, text, leaf("$.a b", "contains", "'e a'"), false),
            rule(anna, text, "{'attr':'$.a b','op':'contains','value':'E a','ci':true}", true),
            rule(anna, text, leaf("$.a b", "ncontains", "'z'"), true),
            rule(anna, text, leaf("$.a b", "starts_with", "'Gr'"), true),
            rule(anna, text, leaf("$.a b", "ends_with", "'na'"), true),
            rule(anna, text, leaf("$.a b", "exists", ""), true),
            rule("'$.a b':null", text, leaf("$.a b", "missing", ""), true),
            rule(anna, text, leaf("$.a b", "regex", "'A.{2}a$'"), true),
            rule("'n':2.5", "'n':'number'", leaf("n", "gt", "2"), true),
            rule("'n':2.00001", "'n':'number'", leaf("n", "gte", "2.00001"), true),
            rule("'n':9007199254740993", "'n':'number'", leaf("n", "lt", "9007199254740994"), true),
            rule("'n':-1", "'n':'number'", leaf("n", "lte", "-1"), true),
            rule("'n':3", "'n':'number'", leaf("n", "between", "[1,3]"), true),
            rule("'n':4", "'n':'number'", leaf("n", "between", "[1,3]"), false),
            rule("'n':4", "'n':'number'", leaf("n", "in", "[1,4]"), true),
            rule("'b':false", "'b':'boolean'", leaf("b", "eq", "false"), true),
            rule("", "'b':'boolean'", leaf("b", "eq", "false"), false),
            rule("'l':['a','b']", "'l':'strings'", leaf("l", "contains", "'b'"), true),
            rule("'l':[]", "'l':'strings'", leaf("l", "ncontains", "'b'"), true),
            rule("'l':[1,2.50]", "'l':'numbers'", leaf("l", "contains", "2.5"), true),
            rule("'t':1643547600000", "'t':'timestamp'", leaf("t", "gt", "1643461200000"), true),
            rule(anna + ",'n':1", text + ",'n':'number'", "{'all':[{'not':" + leaf("$.a b", "eq", "'x'") + "},{'any':["
                + leaf("n", "eq", "2") + "," + leaf("n", "eq", "1") + "]}]}", true),
            rule("", "", "{'all':[]}", true),
            rule("", "", "{'any':[]}", false));
        assertThat(ended.out()).isEqualTo("33 passed, 0 failed, 0 not expressible" + System.lineSeparator());
        assertThat(ended.err()).isEmpty();
        assertThat(ended.status()).isZero();
    }

    @Test
    void shouldSayWhyWhenARuleCannotBeExpressed() {
        final Ended ended = run(
            rule("'s':'b'", "'s':'string'", leaf("s", "gt", "'a'"), true),
            rule("'l':['A']", "'l':'strings'", "{'attr':'l','op':'contains','value':'a','ci':true}", true),
            rule("'s':'b'", "'s':'string'", leaf("s", "regex", "'(?=a)b'"), false),
            rule("'s':'b'", "'s':'string'", leaf("s", "sounds_like", "'a'"), true),
            rule("'n':'2'", "'n':'number'", leaf("n", "eq", "2"), false),
            rule("'s':'b'", "'s':'string'", leaf("s", "eq", "'b'"), true));
        assertThat(ended.out().lines()).satisfiesExactly(
            line -> assertThat(line).startsWith("not expressible: Own_cases1 ").endsWith(
                "texts have no order: op=gt"),
            line -> assertThat(line).endsWith("a list is compared with case only"),
            line -> assertThat(line).contains("the server refuses the rule").contains("RE2"),
            line -> assertThat(line).endsWith("unknown operator: op=sounds_like"),
            line -> assertThat(line).contains("a value of another type than number"),
            line -> assertThat(line).isEqualTo("1 passed, 0 failed, 5 not expressible"));
        assertThat(ended.status()).isZero();
    }

    @Test
    void shouldFailWhenTheServerDecidesOtherwise() {
        final Ended ended = run(rule("'s':'b'", "'s':'string'", leaf("s", "eq", "'b'"), false),
            rule("'s':'c'", "'s':'string'", leaf("s", "eq", "'b'"), false));
        assertThat(ended.out()).contains("failed: Own_cases1 Own cases / ").contains("expected false")
            .contains("1 passed, 1 failed, 0 not expressible");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void shouldLeaveNoSegmentAndNoSubjectWhenItHasEnded() {
        run(rule("'s':'b'", "'s':'string'", leaf("s", "eq", "'b'"), true));
        final AdminClient admin = new AdminClient(server.adminPort());
        assertThat(admin.get("/v1/segments").expect(200).json().get("items")).isEmpty();
        admin.get("/v1/subjects/conformance:Own_cases1").expect(404);
    }

    @Test
    void shouldEndWithASentenceWhenACaseOrAFileOrTheServerIsBad() throws IOException {
        assertThat(run("{'suite':'s'}").err()).contains("cases.jsonl:1: a case lacks a member: member=types");
        assertThat(run("", "{").err()).contains("cases.jsonl:2: not JSON");
        assertThat(run(server.adminPort(), directory.resolve("absent").toString()).err()).contains("cannot read");
        final int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            closed = socket.getLocalPort();
        }
        final Ended ended = run(closed, file("good.jsonl", rule("", "", "{'all':[]}", true)));
        assertThat(ended.err()).contains("no answer: ");
        assertThat(ended.status()).isEqualTo(1);
    }
}
