import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes, prints the first failure in one line, and ends with 1; with 0 where every test passes. */
public final class FirstFailure {
    private static final int LENGTH_MAX = 150;

    private FirstFailure() {
    }

    public static void main(final String[] names) {
        final Launcher launcher = LauncherFactory.create();
        final int[] passed = {0};
        for (final String name : names) {
            launcher.execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(name)).build(),
                new TestExecutionListener() {
                    @Override
                    public void executionFinished(final TestIdentifier test, final TestExecutionResult result) {
                        result.getThrowable().ifPresent(failure -> end(name, test, failure));
                        passed[0] += test.isTest() ? 1 : 0;
                    }
                });
        }
        if (passed[0] == 0) {
            System.out.println("no test ran");
            System.exit(2);
        }
        System.exit(0);
    }

    private static void end(final String name, final TestIdentifier test, final Throwable failure) {
        final StringBuilder line = new StringBuilder(name.substring(name.lastIndexOf('.') + 1));
        line.append(", ").append(test.getDisplayName());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            final String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            line.append(": ").append(text.strip().lines().findFirst().orElse(""));
        }
        System.out.println(line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line);
        System.exit(1);
    }
}
