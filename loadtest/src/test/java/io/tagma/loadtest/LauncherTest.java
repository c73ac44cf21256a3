package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherTest {
    @TempDir
    private Path directory;

    @Test
    void shouldListCommandsWhenAskedForHelp() throws Exception {
        final Shell.Ended ended = Shell.run(Shell.builder(directory, launcher(), "--help"));
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("serve").contains("demo").contains("torture").contains("conformance");
    }

    @Test
    void shouldFailWithUsageWhenNoCommandIsGiven() throws Exception {
        final Shell.Ended ended = Shell.run(Shell.builder(directory, launcher()));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.out()).contains("Usage:");
    }

    @Test
    void shouldRunTheDemosCommandLineWhenStartedFromAnotherDirectoryThroughALink() throws Exception {
        final Path checkout = Files.createDirectory(directory.resolve("a checkout with spaces"));
        Files.copy(Shell.ROOT.resolve("tagma"), checkout.resolve("tagma"));
        Files.copy(Shell.ROOT.resolve("pom.xml"), checkout.resolve("pom.xml"));
        final Path link = Files.createSymbolicLink(directory.resolve("the link"), checkout.resolve("tagma"));
        final Shell.Ended ended = Shell.run(Shell.builder(directory, link.toString(), "demo", "--help"));
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("--scale").contains("--for");
        assertThat(ended.status()).isZero();
    }

    @Test
    void shouldRefuseBadOptionsWithASentenceWhenTheDemoIsStarted() throws Exception {
        final Shell.Ended ended = Shell.run(Shell.builder(directory, launcher(), "demo", "--scale", "100"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("--scale is out of range: scale=100.0, min=0.01, max=10.0");
    }

    @Test
    void shouldNameThePortWhenItIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            final Shell.Ended ended = Shell.run(Shell.builder(directory, launcher(), "demo", "--admin-port", "0",
                "--port", Integer.toString(taken.getLocalPort())));
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.err()).contains("the port is in use: --port=" + taken.getLocalPort());
        }
    }

    @Test
    void shouldSayWhatIsNeededWhenJavaIsTooOld() throws Exception {
        final ProcessBuilder builder = Shell.builder(directory, launcher(), "demo");
        builder.environment().put("JAVA_HOME", javaThatSays("    java.specification.version = 11").toString());
        final Shell.Ended ended = Shell.run(builder);
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).contains("a JDK 17 or later is needed").contains("version=11");
    }

    @Test
    void shouldSayWhatIsNeededWhenJavaIsOnlyARuntime() throws Exception {
        final ProcessBuilder builder = Shell.builder(directory, launcher(), "demo");
        builder.environment().put("JAVA_HOME", javaThatSays(
            "    java.specification.version = 17\n    java.home = " + directory).toString());
        final Shell.Ended ended = Shell.run(builder);
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).contains("a JDK is needed, this is only a runtime");
    }

    private static String launcher() {
        return Shell.ROOT.resolve("tagma").toString();
    }

    private Path javaThatSays(final String settings) throws IOException {
        final Path java = Files.createDirectories(directory.resolve("home/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\ncat >&2 <<'END'\n" + settings + "\nEND\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return java.getParent().getParent();
    }
}
