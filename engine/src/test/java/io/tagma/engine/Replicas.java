package io.tagma.engine;

import io.tagma.engine.condition.TextNormaliser;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.PlantedFault;
import io.tagma.engine.log.SimulatedLog;
import io.tagma.engine.log.SimulatedLog.Damage;
import io.tagma.engine.log.SimulatedLog.Entry;
import io.tagma.engine.log.SimulatedLog.Kind;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.RandomShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Three to five replicas, each a real engine on a {@link SimulatedLog}, in one thread under virtual time, all from one
 * seed: the same seed takes the same steps. Clients send the commands of a random shop to any node, which hands them to
 * the leader and answers when its own engine has applied them; the network loses, repeats and reorders; nodes crash at
 * any step, lag, lose their disks, restart from snapshots that are torn or damaged; leaders change and drop what no
 * majority has; old software runs beside new, and is told by the log to go by new rules. {@link ReplicaCheck} says what
 * must hold, after every entry.
 *
 * <p>A step is one thing that one of them does. Now and then all come to rest and are compared with the oracle as a
 * whole; then time jumps.
 */
public final class Replicas implements SimulatedLog.Service, AutoCloseable {
    private static final int CLIENTS = 5;
    private static final int SEGMENTS = 24;
    private static final int WINDOW = 8;
    private static final int FRAMES_MAX = 8;
    private static final int CHUNK = 40;
    /** Everybody and their orders, and some of what they did besides. */
    private static final int FIRST = 700;
    private static final int REST_EVERY = 1_500;
    private static final int ROUNDS_MAX = 2_000;
    /** What is repeated a day later must be a day old, or not: see {@code RandomCommands.repeat}. */
    private static final long MOVED_MAX_MS = 40 * 60_000;
    private static final int RICH = 3;
    private static final List<String> RICH_AMOUNTS = List.of("100000000000", "99999999999.9999", "60000000000",
        "-100000000000", "50000000000.0001", "3");
    /** What must be seen when a rule differs, or a command is applied again. */
    private static final Map<String, String> TELLING = Map.of(
        "zz-rich", "{'agg':{'fn':'max','source':'cart','field':'grandTotal'},'op':'gt','v':'100000000000'}",
        "zz-poor", "{'agg':{'fn':'min','source':'cart','field':'grandTotal'},'op':'lt','v':'-100000000000'}",
        "zz-even", "{'agg':{'fn':'max','source':'cart','field':'grandTotal'},'op':'eq','v':'100000000000'}",
        "zz-views-2", "{'agg':{'fn':'count','source':'view'},'op':'ge','v':2}",
        "zz-views-4", "{'agg':{'fn':'count','source':'view'},'op':'ge','v':4}",
        "zz-views-9", "{'agg':{'fn':'count','source':'view'},'op':'ge','v':9}");

    private final long seed;
    private final Random random;
    private final PlantedFault fault;
    private final RandomShop source;
    private final int nodes;
    private final boolean isManualClock;
    private final boolean isHasty;
    private final int[] versionKnown;
    private final ReplicaMachine[] machines;
    private final SimulatedLog log;
    private final ReplicaCheck check;
    private final List<ReplicaClient> clients = new ArrayList<>();
    private final Command genesis;

    private final List<Message> network = new ArrayList<>();
    private final List<Message> late = new ArrayList<>();
    private final List<byte[]> inbox = new ArrayList<>();
    private final List<Map<Request, byte[]>> asked = new ArrayList<>();
    private long now;
    private long movedMs;
    private long lastSliceAt;
    private int slow;
    private long step;

    private record Request(long clientId, long sequence) {
    }

    /** On the network: to a node from a client or another node, or to the client, then with a result. */
    private record Message(boolean isForwarded, int node, Request request, byte[] frame, CommandResult result) {
    }

    /** Replicas of a shop that has begun, with everybody and every segment in it. */
    public Replicas(final long seed) {
        this(seed, PlantedFault.NONE);
    }

    /** The same, broken. */
    public Replicas(final long seed, final PlantedFault fault) {
        this.seed = seed;
        this.fault = fault;
        random = new Random(seed);
        source = RandomShop.whole(seed, SEGMENTS, new Coverage());
        nodes = seed % 4 == 3 ? 5 : seed % 4 == 1 ? 4 : 3;
        isManualClock = seed % 3 == 0;
        isHasty = seed % 5 == 0;
        now = source.startMs();
        final boolean isOldLog = fault != PlantedFault.NONE || seed % 7 != 0;
        versionKnown = new int[nodes];
        for (int i = 0; i < nodes; i++) {
            versionKnown[i] = isOldLog && fault == PlantedFault.NONE && random.nextInt(3) > 0 ? ApplicationVersion.FIRST
                : ApplicationVersion.NEWEST;
            asked.add(new HashMap<>());
        }
        slow = random.nextInt(nodes);
        machines = new ReplicaMachine[nodes];
        for (int i = 0; i <= CLIENTS; i++) {
            clients.add(new ReplicaClient(i + 1, random.nextInt(nodes)));
        }
        genesis = new Command.Genesis(isManualClock, isManualClock ? now : 0, 0, 0, 0, source.visitorTtlMs(), 0,
            isOldLog ? ApplicationVersion.FIRST : ApplicationVersion.NEWEST);
        final List<String> keys = new ArrayList<>(source.subjectKeys());
        for (int i = 0; i < RICH; i++) {
            keys.add("rich:" + i);
            keys.add("v:rich:" + i);
        }
        check = new ReplicaCheck(seed, isManualClock, fault != PlantedFault.IGNORES_VERSIONS, source.visitorTtlMs(),
            this::sent, keys);
        log = new SimulatedLog(nodes, seed, fault, this);
        try {
            begin();
        } catch (final RuntimeException | AssertionError failed) {
            close();
            throw new AssertionError(where(), failed);
        }
    }

    private Command sent(final long clientId, final long sequence) {
        return clientId == 0 ? genesis : clients.get((int)clientId - 1).sent(sequence);
    }

    private String where() {
        return "seed=" + seed + ", step=" + step + ", nodes=" + nodes + ", now=" + now + ": again by "
            + "-Dtest=ReplicasTest -Dreplicas.seed=" + seed + " -Dreplicas.seeds=1 -Dreplicas.steps=" + step;
    }

    private void begin() {
        log.elect(now);
        log.append(Kind.MESSAGE, ReplicaFrames.frame(0, 0, genesis), now);
        clients.forEach(this::openLane);
        while (!inbox.isEmpty()) {
            pack();
        }
        final List<Command> first = new ArrayList<>(source.declarations());
        for (int i = 0; i < RICH; i++) {
            first.add(new Command.SubjectUpsert("rich:" + i, SubjectKind.CUSTOMER, null, null, List.of(), null, null));
        }
        first.addAll(source.firstCommands(now).subList(0, FIRST));
        for (int i = 0; i < SEGMENTS; i++) {
            first.add(source.firstDefinition(i, now));
        }
        TELLING.keySet().stream().sorted().forEach(key -> first.add(new Command.PutDefinition(DefinitionKind.SEGMENT,
            key, -1, "{\"condition\":" + TELLING.get(key).replace('\'', '"') + "}")));
        for (int at = 0; at < first.size(); at += CHUNK) {
            final List<byte[]> frames = new ArrayList<>();
            for (final Command command : first.subList(at, Math.min(at + CHUNK, first.size()))) {
                frames.add(frameOf(clients.get(0), command));
            }
            log.append(Kind.MESSAGE, ReplicaFrames.message(frames), now);
            catchUp();
        }
        clients.get(0).pending().clear();
        settle();
    }

    private static byte[] frameOf(final ReplicaClient client, final Command command) {
        final Command normalised = TextNormaliser.normalise(command);
        final long sequence = client.send(command, number -> ReplicaFrames.frame(client.id(), number, normalised));
        return client.pending().get(sequence);
    }

    private void openLane(final ReplicaClient client) {
        inbox.add(ReplicaFrames.frame(client.id(), 0, new Command.LaneOpen(client.id())));
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    /** Takes so many steps, and comes to rest. */
    public void run(final long steps) {
        try {
            for (long i = 0; i < steps; i++) {
                step++;
                step();
                if (step % REST_EVERY == 0) {
                    rest();
                }
            }
            rest();
        } catch (final RuntimeException | AssertionError failed) {
            throw new AssertionError(where(), failed);
        }
    }

    private void step() {
        now += random.nextInt(15);
        final int dice = random.nextInt(1_000);
        if (dice < 190) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                send();
            }
        } else if (dice < 470) {
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                deliver();
            }
        } else if (dice < 550) {
            pack();
        } else if (dice < 730) {
            replicate();
        } else if (dice < 760) {
            flush(random.nextInt(nodes));
        } else if (dice < 930) {
            apply();
        } else if (dice < 960) {
            slice();
        } else if (dice < 980) {
            retry(clients.get(1 + random.nextInt(CLIENTS)));
        } else {
            trouble();
        }
        if (log.leader() == SimulatedLog.NONE && random.nextInt(20) == 0) {
            elect();
        }
    }

    private void trouble() {
        final int dice = random.nextInt(100);
        if (fault == PlantedFault.APPLIES_TWICE && dice < 84) {
            // What comes again is known in memory only, and all are to be broken alike: only the oracle can see it.
            return;
        }
        final int node = random.nextInt(nodes);
        if (dice < 12) {
            crash(node, "crash");
        } else if (dice < 20) {
            if (log.leader() != SimulatedLog.NONE) {
                lead(SimulatedLog.NONE);
                check.count("leader no longer heard");
            }
        } else if (dice < 55) {
            if (!log.isUp(node)) {
                restart(node);
            }
        } else if (dice < 70) {
            if (log.leader() != SimulatedLog.NONE) {
                log.append(Kind.SNAPSHOT, new byte[0], now);
            }
        } else if (dice < 75) {
            flipBit(node);
        } else if (dice < 79) {
            wipe(node);
        } else if (dice < 84) {
            move();
        } else if (dice < 90) {
            upgrade(node);
        } else if (dice < 96) {
            raise(clients.get(1 + random.nextInt(CLIENTS)));
        } else {
            slow = random.nextInt(nodes + 1);
        }
    }

    // ---- clients and the network -------------------------------------------------------------------------------

    private void send() {
        final ReplicaClient client = clients.get(1 + random.nextInt(CLIENTS));
        if (client.pending().size() < WINDOW) {
            send(client, nextCommand(client));
        }
    }

    private void send(final ReplicaClient client, final Command command) {
        frameOf(client, command);
        final Map.Entry<Long, byte[]> last = client.pending().lastEntry();
        request(client, last.getKey(), last.getValue(), client.node());
        if (random.nextInt(10) == 0) {
            request(client, last.getKey(), last.getValue(), random.nextInt(nodes));
        }
        if (random.nextInt(200) == 0) {
            openLane(client);
        }
    }

    private void request(final ReplicaClient client, final long sequence, final byte[] frame, final int node) {
        network.add(new Message(false, node, new Request(client.id(), sequence), frame, null));
    }

    private Command nextCommand(final ReplicaClient client) {
        if (!client.next().isEmpty()) {
            return client.next().remove();
        }
        final int dice = random.nextInt(100);
        if (dice < 6) {
            return source.nextDefinition(now);
        } else if (dice < 9) {
            final String customer = "rich:" + random.nextInt(RICH);
            final String visitor = "v:" + customer;
            client.next().add(cart(visitor));
            client.next().add(new Command.Login(visitor, customer, null));
            client.next().add(new Command.Logout(visitor, null));
            return cart(customer);
        } else if (dice < 13 && isManualClock) {
            return new Command.ClockAdvance(random.nextInt(10) == 0 ? now - 10_000 : now);
        }
        return source.nextCommand(now);
    }

    private Command cart(final String key) {
        return new Command.CartPut(key, null, null, List.of(new NamedValue("grandTotal",
            Value.of(new BigDecimal(RICH_AMOUNTS.get(random.nextInt(RICH_AMOUNTS.size())))))), List.of(),
            null);
    }

    /** What was not answered is sent once more, maybe to another node, maybe in another order. */
    private void retry(final ReplicaClient client) {
        if (!log.isUp(client.node()) || random.nextInt(3) == 0) {
            client.node(random.nextInt(nodes));
        }
        final List<Map.Entry<Long, byte[]>> again = new ArrayList<>(client.pending().entrySet());
        if (random.nextInt(4) == 0) {
            Collections.shuffle(again, random);
        }
        again.forEach(each -> request(client, each.getKey(), each.getValue(), client.node()));
    }

    private void deliver() {
        if (!late.isEmpty() && random.nextInt(50) == 0) {
            check.count("messages late");
            deliver(late.remove(random.nextInt(late.size())));
        }
        if (network.isEmpty()) {
            return;
        }
        final int reordered = random.nextInt(40);
        final int which = reordered == 0 ? random.nextInt(network.size())
            : reordered < 4 ? Math.min(random.nextInt(4), network.size() - 1) : 0;
        final int dice = random.nextInt(100);
        final Message message = dice < 2 ? network.get(which) : network.remove(which);
        if (dice < 2) {
            check.count("messages repeated");
        } else if (dice < 4) {
            check.count("messages lost");
            return;
        } else if (dice < 5) {
            late.add(message);
            return;
        }
        deliver(message);
    }

    private void deliver(final Message message) {
        final Request request = message.request();
        if (message.result() != null) {
            answered(clients.get((int)request.clientId() - 1), request.sequence(), message.result());
        } else if (log.isUp(message.node())) {
            if (!message.isForwarded()) {
                asked.get(message.node()).put(request, message.frame());
            }
            if (message.node() == log.leader()) {
                inbox.add(message.frame());
            } else if (log.leader() != SimulatedLog.NONE && (!message.isForwarded() || random.nextBoolean())) {
                network.add(new Message(true, log.leader(), request, message.frame(), null));
            }
        }
    }

    private void answered(final ReplicaClient client, final long sequence, final CommandResult result) {
        if (result.code() == ResultCode.SEQUENCE_GAP) {
            return;
        }
        if (result.code() == ResultCode.UNKNOWN_LANE) {
            throw new AssertionError("a lane was forgotten: client=" + client.id());
        }
        check.told(client.id(), sequence, result);
        if (client.pending().remove(sequence) == null) {
            check.count("acknowledged again");
        }
    }

    // ---- the log -----------------------------------------------------------------------------------------------

    /** The leader appends what it was sent, several commands a message. */
    private void pack() {
        if (log.leader() != SimulatedLog.NONE && !inbox.isEmpty()) {
            final List<byte[]> frames = inbox.subList(0, Math.min(inbox.size(), 1 + random.nextInt(FRAMES_MAX)));
            log.append(Kind.MESSAGE, ReplicaFrames.message(frames), now);
            frames.clear();
        }
    }

    private void replicate() {
        final int node = random.nextInt(nodes);
        if (isToBeSeeded(node) || node == slow && random.nextInt(10) > 0) {
            return;
        }
        log.replicate(node, 1 + random.nextInt(12));
        if (random.nextInt(4) > 0) {
            flush(node);
        }
    }

    /** A node that is too far behind notices, and ends. */
    private boolean isToBeSeeded(final int node) {
        if (log.isUp(node) && log.isToBeSeeded(node)) {
            crash(node, "fell behind the log");
        }
        return !log.isUp(node);
    }

    private void flush(final int node) {
        if (log.isUp(node)) {
            log.flush(node);
            if (log.leader() != SimulatedLog.NONE) {
                log.flush(log.leader());
            }
        }
    }

    private void slice() {
        final int leader = log.leader();
        if (leader == SimulatedLog.NONE || log.appliedEnd(leader) < log.end(leader) - 4) {
            return;
        }
        final long delay = machines[leader].nextSliceDelayMs();
        if (delay == 0 || now - lastSliceAt >= delay) {
            lastSliceAt = now;
            log.append(Kind.SLICE, new byte[0], now);
        }
    }

    private void apply() {
        final int node = random.nextInt(nodes);
        if (node == slow && random.nextInt(20) > 0) {
            return;
        }
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            apply(node);
        }
    }

    private void apply(final int node) {
        final Entry entry = log.next(node);
        if (entry == null) {
            return;
        }
        final int dice = random.nextInt(100);
        final Damage damage = entry.kind() != Kind.SNAPSHOT || dice > 15 ? Damage.NONE
            : dice > 8 ? Damage.MISSING : Damage.TORN;
        try {
            log.apply(node, damage);
        } catch (final NodeTooOldException tooOld) {
            tooOld(node, tooOld);
            crash(node, "stopped: too old");
            return;
        }
        if (damage != Damage.NONE) {
            check.count("snapshot " + damage);
        }
        if (damage == Damage.TORN) {
            crash(node, "crash in a snapshot");
        } else if (entry.kind() == Kind.SNAPSHOT && random.nextInt(4) > 0) {
            log.purge(node);
        }
    }

    private void tooOld(final int node, final NodeTooOldException tooOld) {
        if (versionKnown[node] == ApplicationVersion.NEWEST) {
            throw new AssertionError("a new node is too old: node=" + node, tooOld);
        }
    }

    private void elect() {
        if (log.elect(now)) {
            check.count("elections");
            lead(log.leader());
            for (int node = 0; node < nodes; node++) {
                if (log.isUp(node)) {
                    for (final Map.Entry<Request, byte[]> each : sorted(asked.get(node))) {
                        if (random.nextInt(5) > 0) {
                            network.add(new Message(true, log.leader(), each.getKey(), each.getValue(), null));
                        }
                    }
                }
            }
        }
    }

    private static List<Map.Entry<Request, byte[]>> sorted(final Map<Request, byte[]> requests) {
        final List<Map.Entry<Request, byte[]>> all = new ArrayList<>(requests.entrySet());
        all.sort((a, b) -> a.getKey().clientId() != b.getKey().clientId()
            ? Long.compare(a.getKey().clientId(), b.getKey().clientId())
            : Long.compare(a.getKey().sequence(), b.getKey().sequence()));
        return all;
    }

    /** What a leader was sent and has not appended is gone with it. */
    private void lead(final int leader) {
        inbox.clear();
        if (leader == SimulatedLog.NONE) {
            log.stepDown();
        }
    }

    // ---- what goes wrong ---------------------------------------------------------------------------------------

    private void crash(final int node, final String why) {
        if (log.isUp(node)) {
            check.count(why);
            if (node == log.leader()) {
                lead(SimulatedLog.NONE);
            }
            log.crash(node);
        }
    }

    private void restart(final int node) {
        if (log.isToBeSeeded(node)) {
            if (log.leader() == SimulatedLog.NONE || !log.seed(node)) {
                return;
            }
            check.count("seeded");
        }
        if (log.restart(node)) {
            check.count(log.appliedEnd(node) == 0 ? "restarted from the log's start" : "restarted");
        } else if (log.isEmpty(node)) {
            check.count("nothing to restart from");
        }
    }

    /** At most as many disks are damaged as may be lost. */
    private boolean isDiskToSpare(final int node) {
        int damaged = 0;
        for (int i = 0; i < nodes; i++) {
            damaged += i != node && (log.isEmpty(i) || log.hasFlippedBit(i)) ? 1 : 0;
        }
        return damaged + 1 <= (nodes - 1) / 2;
    }

    private void flipBit(final int node) {
        if (log.snapshots(node) > 0 && isDiskToSpare(node)) {
            log.flipBit(node);
            check.count("bit flipped");
        }
    }

    private void wipe(final int node) {
        if (isDiskToSpare(node)) {
            crash(node, "crash before a wipe");
            log.wipe(node);
            check.count("wiped");
        }
    }

    private void move() {
        final long by = random.nextInt(10 * 60_000);
        if (movedMs + by < MOVED_MAX_MS) {
            movedMs += by;
            now += by;
        }
    }

    /** A node gets new software, one at a time. */
    private void upgrade(final int node) {
        if (versionKnown[node] < ApplicationVersion.NEWEST) {
            crash(node, "restart for an upgrade");
            versionKnown[node] = ApplicationVersion.NEWEST;
            check.count("upgraded");
        }
    }

    /** Somebody raises the application version, mostly once all nodes know it. */
    private void raise(final ReplicaClient client) {
        if (check.applicationVersion() == ApplicationVersion.NEWEST) {
            if (random.nextInt(4) == 0 && fault == PlantedFault.NONE) {
                send(client, new Command.SetApplicationVersion(1 + random.nextInt(ApplicationVersion.NEWEST)));
            }
            return;
        }
        boolean isKnownToAll = true;
        for (final int known : versionKnown) {
            isKnownToAll &= known == ApplicationVersion.NEWEST;
        }
        if (versionKnown[client.node()] < ApplicationVersion.NEWEST) {
            check.count("edge refused an unknown version");
        } else if (isKnownToAll || isHasty && random.nextInt(3) == 0) {
            check.count(isKnownToAll ? "raised" : "raised too early");
            send(client, new Command.SetApplicationVersion(ApplicationVersion.NEWEST));
        }
    }

    // ---- at rest -----------------------------------------------------------------------------------------------

    /** All come to rest and are compared; then time jumps. */
    private void rest() {
        for (int round = 0; !isAtRest(); round++) {
            if (round == ROUNDS_MAX) {
                throw new AssertionError("does not come to rest: up=" + up() + ", leader=" + log.leader() + ", nodes="
                    + log);
            }
            everybodyUp();
            if (log.leader() == SimulatedLog.NONE) {
                elect();
            }
            if (network.isEmpty()) {
                clients.forEach(this::retryInOrder);
            }
            for (int i = network.size(); i > 0 && !network.isEmpty(); i--) {
                deliver(network.remove(0));
            }
            while (log.leader() != SimulatedLog.NONE && !inbox.isEmpty()) {
                pack();
            }
            catchUp();
        }
        settle();
        movedMs = 0;
        now = Math.max(now, source.nextTime(now));
        slow = random.nextInt(nodes + 1);
    }

    private void retryInOrder(final ReplicaClient client) {
        client.pending().forEach((sequence, frame) -> request(client, sequence, frame, client.node()));
    }

    private boolean isAtRest() {
        return up() == nodes && log.leader() != SimulatedLog.NONE && network.isEmpty() && inbox.isEmpty()
            && clients.stream().allMatch(client -> client.pending().isEmpty());
    }

    private int up() {
        int up = 0;
        for (int node = 0; node < nodes; node++) {
            up += log.isUp(node) ? 1 : 0;
        }
        return up;
    }

    /** One that is too old may start, and end where it comes to the version: it gets new software in either case. */
    private void everybodyUp() {
        for (int node = 0; node < nodes; node++) {
            if (isToBeSeeded(node)) {
                restart(node);
                if (check.applicationVersion() > versionKnown[node]) {
                    upgrade(node);
                }
            }
        }
    }

    /** All that is up takes over, flushes and applies everything. */
    private void catchUp() {
        boolean isMore = log.leader() != SimulatedLog.NONE;
        while (isMore) {
            for (int node = 0; node < nodes; node++) {
                if (!isToBeSeeded(node)) {
                    log.replicate(node, Integer.MAX_VALUE / 2);
                    flush(node);
                }
            }
            isMore = false;
            for (int node = 0; node < nodes; node++) {
                if (log.isUp(node) && log.leader() != SimulatedLog.NONE) {
                    log.replicate(node, 0);
                    while (log.next(node) != null) {
                        apply(node);
                        isMore = true;
                    }
                }
            }
        }
    }

    private void settle() {
        for (int round = 0; up() < nodes || log.leader() == SimulatedLog.NONE || isBusy(); round++) {
            if (round == ROUNDS_MAX) {
                throw new AssertionError("does not settle");
            }
            everybodyUp();
            if (log.leader() == SimulatedLog.NONE) {
                elect();
            }
            if (log.leader() != SimulatedLog.NONE) {
                log.append(Kind.SLICE, new byte[0], now);
            }
            catchUp();
        }
        check.settled(List.of(machines), log.committedEnd());
    }

    private boolean isBusy() {
        for (int node = 0; node < nodes; node++) {
            if (log.appliedEnd(node) < log.end(log.leader()) || machines[node].nextSliceDelayMs() == 0) {
                return true;
            }
        }
        return false;
    }

    // ---- what the log tells ------------------------------------------------------------------------------------

    @Override
    public StateMachine start(final int node) {
        machines[node] = new ReplicaMachine(node, versionKnown[node], fault);
        return machines[node];
    }

    @Override
    public void applied(final int node, final Entry entry) {
        check.applied(node, machines[node], entry);
        for (final ReplicaMachine.Result each : machines[node].results()) {
            final Request request = new Request(each.clientId(), each.sequence());
            if (asked.get(node).remove(request) != null) {
                network.add(new Message(false, node, request, null, each.result()));
            }
        }
    }

    @Override
    public void restored(final int node, final Entry at, final Damage damage) {
        check.restored(node, machines[node], at, damage);
    }

    @Override
    public boolean isRefused(final int node, final Damage damage, final RuntimeException why) {
        if (why instanceof NodeTooOldException tooOld) {
            tooOld(node, tooOld);
            check.count("too old for its snapshot");
            return false;
        }
        if (damage == Damage.NONE) {
            throw new AssertionError("a whole snapshot is refused: node=" + node, why);
        }
        check.count("refused a snapshot: " + damage);
        return true;
    }

    @Override
    public void written(final int node, final Entry at, final List<byte[]> frames) {
        check.written(node, machines[node], at, frames);
    }

    @Override
    public void stopped(final int node, final StateMachine machine) {
        machines[node].close();
        asked.get(node).clear();
    }

    // ---- what it did -------------------------------------------------------------------------------------------

    /** How often what happened. */
    public Map<String, Long> counts() {
        final Map<String, Long> counts = check.counts();
        counts.put("entries", log.committedEnd());
        counts.put("entries dropped", log.dropped());
        counts.put("entries replaced", log.replaced());
        counts.put("clocks stepped back", log.steppedBack());
        return counts;
    }

    @Override
    public void close() {
        log.close();
    }
}
