package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.server.cluster.SnapshotSchedule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The file of {@code serve --config}, through the command line: nothing is started. */
class ConfigFileTest {
    private static final String FIVE_LINES = "node: 1\npeers: [10.0.0.1, 10.0.0.2, '10.0.0.3:7170']\ndata: /srv/tagma\n"
        + "basePort: 7070\ndurability: os-buffered\n";

    @TempDir
    private Path directory;

    @Test
    void shouldGiveWhatTheArgumentsDoNotSay() throws IOException {
        final CommandLine.ParseResult serve = parse(FIVE_LINES, "--durability", "flushed");
        assertThat(value(serve, "--node")).isEqualTo(1);
        assertThat(value(serve, "--peers")).isEqualTo(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3:7170"));
        assertThat(value(serve, "--data")).hasToString("/srv/tagma");
        assertThat(value(serve, "--base-port")).isEqualTo(7070);
        assertThat(value(serve, "--durability")).hasToString("FLUSHED");
        assertThat(value(serve, "--subjects-expected")).isEqualTo(ServerConfig.SUBJECTS_EXPECTED);
    }

    @Test
    void shouldRefuseAnUnknownKeyAndNameTheNearest() throws IOException {
        assertThat(refused("nodes: 1\n")).contains("unknown key: key=nodes", "nearest=node");
        assertThat(refused("base-port: 1\n")).contains("key=base-port", "nearest=basePort");
        assertThat(refused("somethingElseEntirely: 1\n")).contains("known=[adminPort, basePort,");
        assertThat(refused("config: other.yaml\n")).contains("unknown key: key=config");
    }

    @Test
    void shouldRefuseWhatIsNoConfiguration() throws IOException {
        assertThat(refused("node: [1\n")).contains("no YAML");
        assertThat(refused("node: 1\nnode: 2\n")).contains("no YAML", "duplicate");
        assertThat(refused("- 1\n")).contains("key: value");
        assertThat(refused("data:\n")).contains("not a value: key=data");
        assertThat(refused("node: one\n")).contains("one").contains("--node");
        assertThat(refused(FIVE_LINES.replace("os-buffered", "maybe"))).contains("not flushed or os-buffered: maybe");
        assertThat(refused("basePort: 7070\n" + "#".repeat(70_000))).contains("too long");
        final StringWriter said = new StringWriter();
        assertThat(execute(said, "serve", "--config", directory.resolve("absent").toString())).isEqualTo(2);
        assertThat(said.toString()).contains("cannot read the configuration", "absent");
    }

    @Test
    void shouldRefuseAMembershipThatCannotBe() throws IOException {
        assertThat(refused("node: 1\ndata: d\n")).contains("node=1, peers=null");
        assertThat(refused("peers: [a, b, c]\ndata: d\n")).contains("node=null");
        assertThat(refused("node: 3\npeers: [a, b, c]\ndata: d\n")).contains("no peer has this id: node=3, peers=3");
        assertThat(refused("node: 0\npeers: [a, b]\ndata: d\n")).contains("an odd number of members");
        assertThat(refused("node: 0\npeers: [a, b, a]\ndata: d\n")).contains("two members cannot share an address");
        assertThat(refused("node: 0\npeers: [a, b, 'c:x']\ndata: d\n"))
            .contains("not HOST or HOST:BASE_PORT: peer=c:x");
        assertThat(refused("node: 0\npeers: [a, b, 'c:80']\ndata: d\n")).contains("peer=c, basePort=80");
        assertThat(refused("node: 0\npeers: ['a:7000', b, c]\nbasePort: 7070\ndata: d\n"))
            .contains("the peers say another port of this node");
        assertThat(refused("node: 0\npeers: [a, b, c]\nadminPort: 80\ndata: d\n"))
            .contains("a node's ports follow from its base port", "adminPort=80");
        assertThat(refused("node: 0\npeers: [a, b, c]\ninMemory: true\n"))
            .contains("a node of a cluster needs a directory");
    }

    @Test
    void shouldSayHowMuchOfTheLogIsKept() throws IOException {
        final RetentionOptions none = retention("data: d\n");
        assertThat(none.retention()).isEqualTo(Retention.USUAL);
        final RetentionOptions said = retention("data: d\nsnapshotLog: 100000000\nsnapshotInterval: PT5M\n"
            + "peerGrace: PT30S\n");
        assertThat(said.retention()).isEqualTo(new Retention(
            new SnapshotSchedule(100_000_000, SnapshotSchedule.USUAL.lengthFactor(), TimeUnit.MINUTES.toNanos(5)),
            Duration.ofSeconds(30)));
    }

    @Test
    void shouldRefuseToKeepTooLittleOrTooMuchOfTheLogAndNameTheOption() throws IOException {
        assertThat(refused("data: d\nsnapshotLog: 1000\n"))
            .contains("--snapshot-log must be at least 65536 bytes: value=1000");
        assertThat(refused("data: d\nsnapshotLog: 2GB\n")).contains("--snapshot-log", "2GB");
        assertThat(refused("data: d\nsnapshotInterval: PT0.5S\n"))
            .contains("--snapshot-interval is out of range PT1S-PT8760H: value=PT0.5S");
        assertThat(refused("data: d\nsnapshotInterval: 1h\n")).contains("--snapshot-interval", "1h");
        assertThat(refused("data: d\npeerGrace: PT1S\n"))
            .contains("--peer-grace is out of range PT2S-PT8760H: value=PT1S");
        assertThat(refused("data: d\npeerGrace: -PT10M\n")).contains("--peer-grace is out of range");
        assertThat(refused("data: d\npeerGrac: PT1M\n")).contains("unknown key: key=peerGrac", "nearest=peerGrace");
    }

    private RetentionOptions retention(final String yaml) throws IOException {
        return (RetentionOptions) parse(yaml).commandSpec().mixins().values().stream()
            .map(CommandLine.Model.CommandSpec::userObject).filter(RetentionOptions.class::isInstance).findAny()
            .orElseThrow();
    }

    private CommandLine.ParseResult parse(final String yaml, final String... more) throws IOException {
        final Path file = Files.writeString(directory.resolve("node.yaml"), yaml);
        final String[] args = new String[more.length + 3];
        args[0] = "serve";
        args[1] = "--config";
        args[2] = file.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Tagma.commandLine(args).parseArgs(args).subcommand();
    }

    private static Object value(final CommandLine.ParseResult serve, final String option) {
        return serve.commandSpec().findOption(option).getValue();
    }

    private String refused(final String yaml) throws IOException {
        final Path file = Files.writeString(directory.resolve("node.yaml"), yaml);
        final StringWriter said = new StringWriter();
        assertThat(execute(said, "serve", "--config=" + file)).as(yaml).isEqualTo(2);
        return said.toString();
    }

    private static int execute(final StringWriter said, final String... args) {
        return Tagma.commandLine(args).setErr(new PrintWriter(said, true)).execute(args);
    }
}
