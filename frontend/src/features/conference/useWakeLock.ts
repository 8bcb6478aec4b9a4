import { useEffect } from 'react';

/** The screen stays on while the page is seen: nobody touches a machine that only shows. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let gone = false;
    const take = () => {
      if (document.visibilityState !== 'visible') return;
      navigator.wakeLock?.request('screen').then((got) => {
        if (gone) void got.release();
        else lock = got;
      }, () => {}); // refused while the battery is low
    };
    take();
    document.addEventListener('visibilitychange', take);
    return () => {
      gone = true;
      document.removeEventListener('visibilitychange', take);
      void lock?.release();
    };
  }, []);
}
