// In: how wide the window is. Out: whether it is a telephone's, told again when it changes.
import { useEffect, useState } from 'preact/hooks';

const narrow = matchMedia('(max-width: 720px)');

export function useNarrow(): boolean {
  const [is, setIs] = useState(narrow.matches);
  useEffect(() => {
    const look = () => setIs(narrow.matches);
    narrow.addEventListener('change', look);
    return () => narrow.removeEventListener('change', look);
  }, []);
  return is;
}
