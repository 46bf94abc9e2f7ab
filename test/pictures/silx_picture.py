"""A picture of a file in silx view: silx_picture.py <file.h5> <path in it> <picture.png>"""
import sys

import h5py
from silx.app.view.Viewer import Viewer
from silx.gui import qt
from silx.gui.hdf5 import Hdf5TreeView

WIDTH, HEIGHT, TREE_WIDTH = 1100, 600, 320
file_name, path, picture = sys.argv[1:]

application = qt.QApplication([])
viewer = Viewer()
viewer.resize(WIDTH, HEIGHT)
viewer.appendFile(file_name)
viewer.show()


def wait(ms):
    loop = qt.QEventLoop()
    qt.QTimer.singleShot(ms, loop.quit)
    loop.exec_()


wait(2000)
tree = viewer.findChild(Hdf5TreeView)
for splitter in viewer.findChildren(qt.QSplitter):
    if splitter.orientation() == qt.Qt.Horizontal:
        splitter.setSizes([TREE_WIDTH, WIDTH - TREE_WIDTH])
with h5py.File(file_name) as file:
    tree.setSelectedH5Node(file[path])
viewer.displaySelectedData()
wait(2000)
if not viewer.grab().save(picture):
    sys.exit(f"{picture} can't be written")
