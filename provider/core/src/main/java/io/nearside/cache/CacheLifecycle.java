package io.nearside.cache;

import io.nearside.NearsideHealth;
import io.nearside.Operations;
import io.nearside.Operations.Mode;
import io.nearside.Topology;
import io.nearside.WriteQueue;
import io.nearside.config.CacheSettings;
import io.nearside.config.HeldBean;
import io.nearside.config.RefreshSettings;
import io.nearside.config.Tunable;
import io.nearside.config.WarmRecordSettings;
import io.nearside.config.WriteBehindSettings;
import io.nearside.event.Backlog;
import io.nearside.event.EventDispatcher;
import io.nearside.load.Gate;
import io.nearside.load.LoadTime;
import io.nearside.load.Loads;
import io.nearside.load.Nothing;
import io.nearside.load.PendingFirst;
import io.nearside.observe.CacheFigures;
import io.nearside.observe.CacheRecorder;
import io.nearside.observe.JmxBean;
import io.nearside.observe.ManagementBean;
import io.nearside.observe.QueueFigures;
import io.nearside.observe.QueueFigures.Depths;
import io.nearside.observe.Seldom;
import io.nearside.observe.StatisticsBean;
import io.nearside.observe.Thrown;
import io.nearside.observe.TierAdvice;
import io.nearside.observe.WriteQueueBean;
import io.nearside.store.ComingWrites;
import io.nearside.store.LocalSize;
import io.nearside.store.ReadLog;
import io.nearside.store.Store;
import io.nearside.store.TierCounts;
import io.nearside.store.Troubled;
import io.nearside.store.UnsaidCount;
import io.nearside.store.WriteJournal;
import io.nearside.write.DirectWrites;
import io.nearside.write.DurableWrites;
import io.nearside.write.QueueTerms;
import io.nearside.write.WriteBehind;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a cache's settings to its parts, and back: makes them, shows them by JMX, closes them.
 * Thread-safe.
 */
public final class CacheLifecycle<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.cache");

  private final StoreCache<K, V> cache;
  private final CacheEnvironment<K, V> environment;
  private final CacheParts<K, V> parts;
  private final List<Closeable> closeables = new CopyOnWriteArrayList<>();
  private final TierAdvice advice;
  private final HealthReport health;
  private final CacheFigures figures;
  private final Tuning tuning;
  private @Nullable WriteQueue<K, V> queue;
  private @Nullable QueueFigures queueFigures;
  private @Nullable ReadRecord<K> readRecord;
  private final JmxBean statisticsBean;
  private final JmxBean managementBean;
  private final @Nullable JmxBean queueBean;
  private final ReentrantLock jmxLock = new ReentrantLock();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean managementEnabled;
  private volatile boolean closed;
  private volatile @Nullable AutoRefresher<K, V> autoRefresher;

  CacheLifecycle(StoreCache<K, V> cache, CacheEnvironment<K, V> environment) {
    this.cache = cache;
    this.environment = environment;
    CacheSettings<K, V> settings = environment.settings();
    try {
      this.parts = build(settings);
      settings.listeners().forEach(parts.events()::register);
    } catch (RuntimeException | Error e) {
      closeables.forEach(this::close);
      throw e;
    }
    this.health =
        new HealthReport(settings, parts.control(), troubled(queue), environment.clock(), LOG);
    this.tuning = new Tuning(environment, parts, this::tuneQueue);
    URI uri = environment.manager().getURI();
    this.advice =
        new TierAdvice(
            settings.name(), parts.recorder(), tiers(parts), environment.clock()::nanos, LOG::warn);
    this.figures = figuresOf(parts);
    this.statisticsBean = new JmxBean("CacheStatistics", uri, settings.name(), statistics(parts));
    this.managementBean =
        new JmxBean("CacheConfiguration", uri, settings.name(), management(settings, parts));
    this.queueBean =
        (queue == null)
            ? null
            : new JmxBean("CacheWriteQueue", uri, settings.name(), new WriteQueueBean(queue));
  }

  private CacheParts<K, V> build(CacheSettings<K, V> settings) {
    CacheRecorder recorder = environment.recorder();
    ExpiryPolicy policy = kept(made(settings.expiry().policy(), "expiry policy"));
    Expiry expiry =
        Expiries.of(settings.expiry(), policy, environment.random(), e -> failed(recorder, e));
    var loader = own(settings.loader(), "loader");
    var writer = own(settings.writeThrough() ? settings.writer() : null, "writer");
    DirectWrites<K, V> direct =
        (writer == null)
            ? null
            : new DirectWrites<>(
                settings.name(), writer, environment.copier()::copy, environment.clock());
    WriteBehind<K, V> behind = behind(direct);
    EventDispatcher<K, V> events =
        new EventDispatcher<>(
            cache,
            settings.name(),
            environment.eventExecutor(),
            environment.copier()::copy,
            new Backlog(settings.maximumQueuedEvents(), environment.clock()::nanos));
    closeables.add(() -> events.close().forEach(this::failedToClose));
    Store<K, V> store = environment.stores().apply(new Observer<>(events, recorder));
    closeables.add(store::close);
    WriteJournal<K, V> journal = journal(store);
    this.readRecord = readRecord(settings.load().record(), recorder);
    this.queue = (behind == null) ? durable(journal, direct) : behind;
    ComingWrites<K, V> coming = (behind == null) ? journal : behind;
    Loads<K, V> loads = loads(loader, coming);
    Switch<K, V> control =
        new Switch<>(settings, store, journal != null, expiry, environment.clock());
    return new CacheParts<>(
        settings,
        control,
        environment.copier(),
        events,
        recorder,
        new KeyLocks<>(settings.name()),
        loads,
        readThrough(loads, coming),
        new Gate(
            settings.name(),
            settings.load(),
            settings.load().acrossNodes() ? control.loadRoom() : null,
            environment.timedLoadExecutor(),
            environment.clock()),
        new NotFound<>(
            store,
            recorder,
            settings.notFound(),
            environment.random(),
            settings.load().stale() != null,
            environment.clock()),
        (behind != null) ? behind : journal == null ? direct : null,
        new Degraded(settings.remote().failSafe(), journal != null, recorder),
        environment.clock());
  }

  private @Nullable ReadRecord<K> readRecord(
      @Nullable WarmRecordSettings wanted, CacheRecorder recorder) {
    ReadLog<K> log = environment.readLog().get();
    if (wanted == null || log == null) {
      return null;
    }
    ReadRecord<K> record = new ReadRecord<>(environment, log, wanted.maximumKeys());
    keep(record);
    recorder.recordedKeys(record::keys);
    return record;
  }

  private @Nullable Loads<K, V> loads(
      @Nullable CacheLoader<K, V> loader, @Nullable ComingWrites<K, V> coming) {
    String name = environment.settings().name();
    return (loader == null)
        ? null
        : new Loads<>(
            name,
            (coming == null) ? loader : PendingFirst.of(loader, coming),
            Nothing.said(environment.settings().notFound()),
            loadTime(),
            environment.recorder());
  }

  private @Nullable LoadTime loadTime() {
    RefreshSettings refresh = environment.settings().load().refresh();
    return (refresh != null && refresh.part() == null) ? new LoadTime(environment.clock()) : null;
  }

  /** Who does not ask the source must find what waits for it all the same. */
  private @Nullable Loads<K, V> readThrough(
      @Nullable Loads<K, V> loads, @Nullable ComingWrites<K, V> coming) {
    if (environment.settings().readThrough() && loads != null) {
      return loads;
    }
    return (coming == null)
        ? null
        : new Loads<>(environment.settings().name(), PendingFirst.only(coming));
  }

  /** The store's own queue; null if it has none. */
  @SuppressWarnings("unchecked") // a store's queue is of its types
  private static <K, V> @Nullable WriteJournal<K, V> journal(Store<K, V> store) {
    return store.unwrap(WriteJournal.class);
  }

  private @Nullable DurableWrites<K, V> durable(
      @Nullable WriteJournal<K, V> journal, @Nullable DirectWrites<K, V> writer) {
    WriteBehindSettings wanted = environment.settings().writeBehind();
    if (journal == null || writer == null || wanted == null) {
      return null;
    }
    DurableWrites<K, V> durable =
        new DurableWrites<>(
            environment.settings().name(), journal, writer, terms(wanted), environment.clock());
    closeables.add(0, durable);
    queueFigures =
        new QueueFigures(
            durable,
            () -> {
              WriteJournal.Backlog seen = journal.seen();
              return new Depths(seen.all(), seen.oldestMillis(), seen.parked());
            });
    durable.start(environment.manager().getClassLoader());
    return durable;
  }

  /** Closed before the writer is. */
  private @Nullable WriteBehind<K, V> behind(@Nullable DirectWrites<K, V> writer) {
    WriteBehindSettings wanted = environment.settings().writeBehind();
    if (wanted == null || writer == null || environment.settings().topology() != Topology.LOCAL) {
      return null;
    }
    WriteBehind<K, V> behind =
        new WriteBehind<>(
            environment.settings().name(),
            writer,
            environment.copier()::copy,
            new WriteBehind.Queue<>(
                terms(wanted), environment.writeLogs().apply(wanted), environment.clock()));
    closeables.add(0, behind);
    queueFigures =
        new QueueFigures(
            behind,
            () -> new Depths(behind.depth(), behind.lag().toMillis(), behind.parkedCount()));
    behind.start(environment.manager().getClassLoader());
    return behind;
  }

  private static QueueTerms terms(WriteBehindSettings wanted) {
    return new QueueTerms(
        wanted.flushInterval().toNanos(),
        wanted.batchSize(),
        wanted.maximumAttempts(),
        wanted.maximumLag() == null ? Long.MAX_VALUE : wanted.maximumLag().toNanos(),
        wanted.maximumDepth(),
        wanted.block().toNanos());
  }

  /** Null if nobody asked for one. */
  @Nullable ReadRecord<K> readRecord() {
    return readRecord;
  }

  @Nullable WriteQueue<K, V> writeQueue() {
    return queue;
  }

  private <T> @Nullable T made(@Nullable Factory<? extends T> factory, String what) {
    if (factory == null) {
      return null;
    }
    T made = factory.create();
    if (made == null) {
      throw new IllegalArgumentException(
          "cache \""
              + environment.settings().name()
              + "\": the "
              + what
              + " factory returned null");
    }
    return made;
  }

  /** Closes with the cache, unless it is a framework's. */
  private <T> @Nullable T own(@Nullable Factory<? extends T> factory, String what) {
    T made = made(factory, what);
    return (factory instanceof HeldBean<?>) ? made : kept(made);
  }

  /** Closes with the cache what can be closed. */
  private <T> @Nullable T kept(@Nullable T part) {
    if (part instanceof Closeable closeable) {
      closeables.add(closeable);
    }
    return part;
  }

  private void failed(CacheRecorder recorder, RuntimeException e) {
    recorder.failedPolicy();
    if (Seldom.isTold(recorder.failedPolicies())) {
      LOG.warn(
          "cache \"{}\": its expiry policy threw ({} times so far), and its entries do not expire by"
              + " it; see to it: {}",
          environment.settings().name(),
          recorder.failedPolicies(),
          Thrown.shown(e));
    }
    LOG.debug("cache \"{}\": its expiry policy threw", environment.settings().name(), e);
  }

  private static @Nullable Troubled troubled(@Nullable WriteQueue<?, ?> queue) {
    return (queue instanceof Troubled troubled) ? troubled : null;
  }

  /** How the cache works. */
  public Mode mode() {
    return parts.control().mode();
  }

  /**
   * @throws IllegalArgumentException if the cache can't work so
   */
  public void checkMode(Mode mode) {
    parts.control().check(mode);
  }

  /** Switches to a mode that has been {@linkplain #checkMode checked}. */
  public void switchTo(Mode mode, String by) {
    parts.control().to(mode, by);
  }

  /** Whether the cache can change that while it runs. */
  public boolean isTunable(Tunable setting) {
    return tuning.obstacle(setting) == null;
  }

  /**
   * @throws IllegalArgumentException if this cache can't change that, or not so
   * @throws IllegalStateException if it is closed
   */
  public void checkTuning(Tunable setting, String value) {
    tuning.check(setting, value);
  }

  /** Follows these orders, which have been {@linkplain #checkTuning checked}, and no others. */
  public void tune(Map<Tunable, String> orders) {
    tuning.follow(orders);
  }

  /**
   * All that can be changed while the cache runs, and what holds.
   *
   * @param orders what is ordered
   */
  public List<Operations.Setting> settings(Map<Tunable, Operations.Order> orders) {
    return tuning.settings(orders);
  }

  private void tuneQueue(WriteBehindSettings wanted) {
    if (queue instanceof WriteBehind<K, V> behind) {
      behind.tune(terms(wanted));
    } else if (queue instanceof DurableWrites<K, V> durable) {
      durable.tune(terms(wanted));
    }
  }

  Operations operations() {
    return environment.operations();
  }

  /** What of the cache does not work as usual. */
  public NearsideHealth health() {
    return health.now();
  }

  private CacheFigures figuresOf(CacheParts<K, V> parts) {
    LocalSize size = parts.store().unwrap(LocalSize.class);
    UnsaidCount unsaid = parts.store().unwrap(UnsaidCount.class);
    return new CacheFigures(
        parts.settings().name(),
        parts.settings().topology(),
        parts.recorder(),
        tiers(parts),
        parts.events()::queued,
        parts.events()::dropped,
        size == null ? null : size.entries(),
        size == null ? null : size.weight(),
        unsaid == null ? null : unsaid::size,
        queueFigures);
  }

  /** What there is to show of the cache. */
  public CacheFigures figures() {
    return figures;
  }

  private static StatisticsBean statistics(CacheParts<?, ?> parts) {
    return new StatisticsBean(
        parts.recorder(),
        () -> parts.events().queued(),
        () -> parts.events().dropped(),
        tiers(parts));
  }

  private static TierCounts tiers(CacheParts<?, ?> parts) {
    TierCounts counts = parts.store().unwrap(TierCounts.class);
    return (counts == null) ? new TierCounts() : counts;
  }

  private ManagementBean management(CacheSettings<K, V> settings, CacheParts<K, V> parts) {
    return new ManagementBean(settings, parts.recorder()::enabled, () -> managementEnabled);
  }

  CacheParts<K, V> parts() {
    return parts;
  }

  CacheManager manager() {
    return environment.manager();
  }

  Executor loadExecutor() {
    return environment.loadExecutor();
  }

  /** The configuration as it is now. */
  public Configuration<K, V> configuration() {
    return new ConfigurationView<>(
        parts.settings(),
        parts.events().configurations(),
        parts.recorder().enabled(),
        managementEnabled);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("cache \"" + environment.settings().name() + "\" is closed");
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Shows the cache by JMX as its settings say. */
  public void start() {
    enableStatistics(parts.settings().statisticsEnabled());
    enableManagement(parts.settings().managementEnabled());
    showQueue();
    environment.metrics().show(figures);
  }

  /** Always, since somebody has to look after what is parked. */
  private void showQueue() {
    jmxLock.lock();
    try {
      if (queueBean != null && !closed) {
        queueBean.register(true);
      }
    } finally {
      jmxLock.unlock();
    }
  }

  /** Counts or stops counting, and shows or hides the bean of it; not once closed. */
  public void enableStatistics(boolean on) {
    jmxLock.lock();
    try {
      if (closed) {
        return;
      }
      parts.recorder().enable(on);
      statisticsBean.register(on);
    } finally {
      jmxLock.unlock();
    }
  }

  /** Shows or hides the bean of the cache's settings; not once closed. */
  public void enableManagement(boolean on) {
    jmxLock.lock();
    try {
      if (closed) {
        return;
      }
      managementEnabled = on;
      managementBean.register(on);
    } finally {
      jmxLock.unlock();
    }
  }

  /** Closed with the cache, before what it works with. */
  void keep(Closeable part) {
    closeables.add(0, part);
  }

  /** Has it do its work, shown by JMX, until the cache closes. */
  void keep(@Nullable AutoRefresher<K, V> refresher) {
    if (refresher != null) {
      keep((Closeable) refresher::close);
      parts.recorder().autoRefreshedKeys(refresher::active);
      autoRefresher = refresher;
    }
  }

  /** Removes what has expired; to be called several times a second. */
  public void tick() {
    if (!closed) {
      AutoRefresher<K, V> refresher = autoRefresher;
      if (refresher != null) {
        refresher.tick(parts.clock().nanos());
      }
      if (readRecord != null) {
        readRecord.tick(parts.clock().nanos());
      }
      advice.tick();
      health.tick();
      parts.store().expire(parts.clock().nanos());
      parts.events().completeLater();
    }
  }

  /** Removes the cache's data, wherever it is, and closes the cache, even if that fails. */
  public void destroy() {
    try {
      if (!closed) {
        if (queue instanceof DurableWrites<K, V> durable) {
          durable.close(); // what it can't write stays in Redis
        }
        if (readRecord != null) {
          readRecord.destroy();
        }
        parts.store().destroy();
      }
    } finally {
      close();
    }
  }

  /** Closes the cache and all its parts that can be closed; does nothing the second time. */
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    closed = true;
    close(environment.metrics()::close);
    close(() -> hide(statisticsBean));
    close(() -> hide(managementBean));
    if (queueBean != null) {
      close(() -> hide(queueBean));
    }
    close(() -> environment.onClose().accept(cache)); // frees the name, so the beans go first
    closeables.forEach(this::close);
  }

  private void hide(JmxBean bean) {
    jmxLock.lock();
    try {
      bean.register(false);
    } finally {
      jmxLock.unlock();
    }
  }

  /** Whatever one part throws, the others are owed their end. */
  private void close(Closeable part) {
    try {
      part.close();
    } catch (IOException | RuntimeException | Error e) {
      failedToClose(e);
    }
  }

  private void failedToClose(Throwable e) {
    String name = environment.settings().name();
    LOG.warn(
        "cache \"{}\": a part of it failed to close, and may go on holding what it has; see to its"
            + " close(): {}",
        name,
        Thrown.shown(e));
    LOG.debug("cache \"{}\": a part of it failed to close", name, e);
  }
}
